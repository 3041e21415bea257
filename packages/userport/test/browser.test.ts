import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openLedger, renderReport } from '@userport/migrate'
import { type Sandbox, startSandbox, type Vendor } from '@userport/sandbox'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Browser, chromiumPath, startChromium } from './support/chromium.js'
import { serveBundle } from './support/serve-bundle.js'

const chromium = chromiumPath()
const settings: Readonly<Record<Vendor, readonly string[]>> = {
  kii: ['site', 'appId', 'appKey'],
  kinvey: ['host', 'appKey', 'appSecret'],
  monaca: ['endpoint', 'backendId', 'apiKey'],
}

describe.skipIf(chromium === undefined)(`in a browser${chromium === undefined ? ' (there is no Chromium on this machine)' : ''}`, () => {
  let sandbox: Sandbox
  let app: Awaited<ReturnType<typeof serveBundle>>
  let browser: Browser

  beforeAll(async () => {
    sandbox = await startSandbox()
    app = await serveBundle(new URL('./support/browser-app.ts', import.meta.url))
    browser = await startChromium(chromium ?? '')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await app?.stop()
    await sandbox?.stop()
  })

  it.each(
    (Object.keys(settings) as Vendor[]).flatMap((vendor) => [
      { vendor, by: 'axios' },
      { vendor, by: 'fetch' },
    ]),
  )(
    '$vendor by $by: an anonymous user outlives a reload, and the tabs hear of each other',
    async ({ vendor, by }) => {
      const connection = sandbox.connection(vendor)
      const config = JSON.stringify({ vendor, ...Object.fromEntries(settings[vendor].map((name) => [name, connection[name]])) })

      const one = await browser.open(app.url)
      const start = `app.start(${config}, '${by}')`
      expect(await one.run(start)).toBe('restoring')
      const guest = await one.run('app.signInAnonymously()')
      expect(guest).toEqual([expect.any(String), 'anonymous'])
      expect(((await one.run('app.downloads()')) as string[]).some((url) => url.includes('axios'))).toBe(by === 'axios')

      await one.reload()
      expect(await one.run(start)).toBe('restoring')
      expect(await one.run('app.restore()')).toEqual(guest)

      const two = await browser.open(app.url)
      await two.run(start)
      expect(await two.run('app.restore()')).toEqual(guest)

      const upgraded = await one.run(`app.upgrade('user-${randomUUID()}', 'a-good-password')`)
      expect(upgraded).toEqual([expect.any(String), 'registered'])
      expect(await two.run(`app.hears('upgraded')`)).toEqual(upgraded)
      expect(await two.run('app.signOut()')).toBe('signedOut')
      expect(await one.run(`app.hears('signedOut')`)).toEqual([])
    },
    30_000,
  )

  it('the page about a migration keeps off the edge of a window that is not wide', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    try {
      const ledger = await openLedger(`file:${join(folder, 'moving.db')}`)
      const status = { counts: await ledger.counts(), samples: [], progress: await ledger.progress() }
      await ledger.close()
      await writeFile(join(folder, 'page.html'), renderReport({ from: 'kii', to: 'kinvey', at: Date.now(), status }))
      const page = await browser.open(pathToFileURL(join(folder, 'page.html')).href)
      expect(await page.run('innerWidth')).toBeLessThan(960)
      expect(await page.run(`document.querySelector('h1').getBoundingClientRect().left`)).toBeGreaterThan(8)
    } finally {
      await rm(folder, { recursive: true })
    }
  }, 30_000)

  it('says what a page cannot have: a configuration of its own accord, and files', async () => {
    const { site, appId, appKey } = sandbox.connection('kii')
    const page = await browser.open(app.url)
    expect(await page.run('app.refusal(undefined)')).toBe(
      'Configuration: config: is missing, and no file or environment can be read here. Hand it to createUserProvider.',
    )
    expect(await page.run(`app.refusal(${JSON.stringify({ vendor: 'kii', site, appId, appKey, store: 'file:sessions' })})`)).toBe(
      'Configuration: store: names a folder, which is not to be had here. Use "memory", "localStorage" or "sessionStorage".',
    )
  }, 30_000)

  it('a page out of the back/forward cache hears once of what another tab did meanwhile', async () => {
    const { host, appKey, appSecret } = sandbox.connection('kinvey')
    const config = JSON.stringify({ vendor: 'kinvey', host, appKey, appSecret })
    const here = await browser.open(app.url)
    await here.run(`app.start(${config})`)
    await here.run('app.restore()')
    await here.run('app.signInAnonymously()')
    await here.run(`globalThis.loadedOnce = true`)
    // Another site, so that nothing of this page's process can pass the word on.
    await here.go(`${app.url.replace('127.0.0.1', 'localhost')}elsewhere`)

    const there = await browser.open(app.url)
    await there.run(`app.start(${config})`)
    await there.run('app.restore()')
    expect(await there.run('app.signOut(true)')).toBe('signedOut')
    await there.run('app.signInAnonymously()')
    const upgraded = await there.run(`app.upgrade('user-${randomUUID()}', 'a-good-password')`)

    await here.back()
    expect(await here.run('globalThis.loadedOnce')).toBe(true)
    expect(await here.run(`app.hears('upgraded')`)).toEqual(upgraded)
    const { told, pieces } = (await here.run('app.sinceShown()')) as { readonly told: readonly string[]; readonly pieces: number }
    expect(told.at(-1)).toBe('upgraded')
    // Once for each piece in which the browser handed it over: as a rule it is one.
    expect(told.length).toBeLessThanOrEqual(pieces)
  }, 30_000)

  it('the sandbox’s console shows a message as soon as it is sent, and its link resets a password', async () => {
    const app = sandbox.app('kinvey', `app-${randomUUID()}`)
    const [user] = app.seed(1)
    const page = await browser.open(`${sandbox.origin}/_sandbox/console/kinvey/${app.appId}/outbox`)
    const shown = `document.querySelector('main').innerText`
    expect(await page.run(shown)).toContain('Messages: 0')
    await page.run(`globalThis.loadedOnce = true`)

    const { host, appKey, appSecret } = sandbox.connection('kinvey', app.appId)
    const authorization = `Basic ${Buffer.from(`${appKey}:${appSecret}`).toString('base64')}`
    await fetch(`${host}/rpc/${appKey}/${user?.username}/user-password-reset-initiate`, { method: 'POST', headers: { authorization } })
    await vi.waitFor(async () => expect(await page.run(shown)).toContain('Messages: 1'), { timeout: 10_000 })
    expect(await page.run('globalThis.loadedOnce')).toBe(true)

    await page.go((await page.run(`document.querySelector('article a').href`)) as string)
    const password = 'a-new-password'
    await page.submit(`document.querySelector('[type=password]').value = '${password}'; document.querySelector('form').requestSubmit()`)
    const body = JSON.stringify({ username: user?.username, password })
    const headers = { authorization, 'content-type': 'application/json' }
    expect((await fetch(`${host}/user/${appKey}/login`, { method: 'POST', headers, body })).status).toBe(200)
  }, 30_000)

  it('the sandbox’s console fits a narrow window', async () => {
    const app = sandbox.app('monaca', `app-${randomUUID()}`)
    app.seed(3)
    const start = `${sandbox.origin}/_sandbox/console`
    const page = await browser.open(start)
    await page.narrow(320)
    const tabs = ['users', 'sessions', 'outbox', 'requests', 'faults', 'clock', 'settings', 'connection']
    for (const at of [start, ...tabs.map((tab) => `${start}/monaca/${app.appId}/${tab}`)]) {
      await page.go(at)
      expect(await page.run('document.documentElement.scrollWidth <= innerWidth'), at).toBe(true)
    }
  }, 30_000)

  it('the sandbox’s console takes settings', async () => {
    const app = sandbox.app('monaca', `app-${randomUUID()}`)
    const page = await browser.open(`${sandbox.origin}/_sandbox/console/monaca/${app.appId}/settings`)
    await page.submit(`document.querySelector('[name=autoLogin]').value = 'false'; document.querySelector('form').requestSubmit()`)
    expect(app.settings.autoLogin).toBe(false)
    expect(await page.run(`document.querySelector('main').innerText`)).toContain('"autoLogin": false')
  }, 30_000)

  it('the transport by fetch follows no redirect', async () => {
    const page = await browser.open(app.url)
    expect(await page.run(`app.statusByFetch('/moved')`)).toBe(302)
  })
})
