import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HTMLFormElement, Window } from 'happy-dom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox, type Vendor } from '../src/index.js'
import { appOf, freshName, type Reply, send } from './support.js'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

const parsed = (reply: Reply) => {
  const { document } = new Window()
  document.write(reply.text)
  return { ...reply, document, main: document.querySelector('main')?.textContent.replace(/\s+/g, ' ') ?? '' }
}

const newApp = (vendor: Vendor = 'kii') => {
  const appId = `app-${randomUUID()}`
  const at = (tab: string): string => `${sandbox.origin}/_sandbox/console/${vendor}/${appId}/${tab}`
  const page = async (tab: string) => parsed(await send(at(tab)))
  /** Sends a form as a browser does: with what its fields hold, changed by `values`. */
  const submit = async (tab: string, action: string, values: Readonly<Record<string, string>> = {}) => {
    const { document } = await page(tab)
    const form = document.querySelector<HTMLFormElement>(`form[action="?do=${action}"]`)
    const body = new URLSearchParams()
    for (const field of form?.querySelectorAll('input, select, textarea') ?? []) {
      const { name, value } = field as unknown as HTMLInputElement
      body.set(name, values[name] ?? value)
    }
    for (const name of Object.keys(values)) expect([...body.keys()]).toContain(name)
    const url = new URL(form?.getAttribute('action') ?? '', at(tab)).href
    const reply = await send(url, { method: 'POST', body: body.toString() })
    return reply.status === 303 ? parsed(await send(new URL(reply.headers.location ?? '', at(tab)).href)) : parsed(reply)
  }
  return { appId, world: sandbox.app(vendor, appId), at, page, submit }
}

describe('the console', () => {
  test('lists the apps, and opens one that nobody has used', async () => {
    const { appId, world } = newApp()
    world.seed(2)
    const { document, main } = parsed(await send(`${sandbox.origin}/_sandbox/console`))
    expect(main).toContain(`${appId}200`)
    const link = [...document.querySelectorAll('a')].find(({ textContent }) => textContent === appId)
    expect(parsed(await send(`${sandbox.origin}${link?.getAttribute('href')}`)).document.title).toBe(`kii: ${appId}`)

    const opened = await send(`${sandbox.origin}/_sandbox/console/open?vendor=kinvey&appId=an%2Fapp`)
    expect(opened).toMatchObject({ status: 303, headers: { location: '/_sandbox/console/kinvey/an%2Fapp/users' } })
    expect((await send(`${sandbox.origin}${opened.headers.location}`)).text).toContain('<h1>kinvey: an/app</h1>')
  })

  test.each<Vendor>(['kii', 'kinvey', 'monaca'])('shows each page of an app of %s, and no password on any', async (vendor) => {
    const { page, world } = newApp(vendor)
    const [first] = world.seed(3)
    const { document } = await page('users')
    const links = [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href') ?? '')
    expect(links).toEqual(['users', 'sessions', 'outbox', 'requests', 'faults', 'clock', 'settings', 'connection'])
    for (const link of [...links, `users?id=${first?.id}`]) {
      const { status, text } = await page(link)
      expect([link, status]).toEqual([link, 200])
      expect(text).not.toContain(first?.password)
    }
    const { main } = await page('connection')
    for (const value of Object.values(sandbox.connection(vendor, world.appId))) expect(main).toContain(value)
  })

  test('finds users, and shows one with the vendor’s document', async () => {
    const { page, world } = newApp()
    const [, second] = world.seed(3)
    const { document, main } = await page(`users?search=${second?.email?.toUpperCase()}`)
    expect(main).toContain('Found: 1')
    expect(document.querySelector('[type=search]')?.getAttribute('value')).toBe(second?.email?.toUpperCase())
    const link = document.querySelector('td a')?.getAttribute('href')
    const one = await page(`users${link}`)
    expect(JSON.parse(one.document.querySelector('pre')?.textContent ?? '')).toEqual(second?.document)
    expect((await page('users?id=nobody')).main).toContain('There is no user nobody.')
  })

  test('generates users, and shows their passwords once', async () => {
    const { page, submit, world, appId } = newApp()
    const { document } = await submit('users', 'seed', { count: '2' })
    expect(world.users()).toHaveLength(2)
    const [username, password] = [3, 6].map((column) => document.querySelector(`td:nth-child(${column})`)?.textContent)
    const signedIn = await appOf(sandbox, appId).kii('POST', 'oauth2/token', { grant_type: 'password', username, password })
    expect(signedIn.status).toBe(200)
    expect((await page('users')).text).not.toContain(password)
    expect((await page('sessions')).main).toContain('Sessions: 1')
  })

  test('shows the last two hundred of many', async () => {
    const { page, world } = newApp()
    const users = world.seed(201)
    const { main, document } = await page('users')
    expect(main).toContain('Users: 201, the latest 200 of them shown')
    expect(document.querySelectorAll('tbody tr')).toHaveLength(200)
    expect(main).toContain(users[200]?.id)
    expect(main).not.toContain(users[0]?.id)
  })

  test('has the links of messages at hand', async () => {
    const { page, submit, world, appId } = newApp()
    world.set({ emailVerificationRequired: true })
    const emailAddress = `${freshName()}@example.com`
    await appOf(sandbox, appId).kii('POST', 'users', { loginName: freshName(), emailAddress, password: 'pass-1234' })
    const { document, main } = await page('outbox')
    expect(main).toContain(`email to ${emailAddress}, verification`)
    const link = document.querySelector('article a')?.getAttribute('href') ?? ''
    expect(link).toBe(world.outbox.messages()[0]?.link)
    expect((await send(link)).text).toContain('verified')
    expect((await submit('outbox', 'clear')).main).toContain('Messages: 0')
    expect(world.outbox.messages()).toEqual([])
  })

  test('shows what reached the app, without what is secret', async () => {
    const { page, submit, appId } = newApp()
    await appOf(sandbox, appId).kii('GET', 'users/me?access_token=planted')
    const { main, text } = await page('requests')
    expect(main).toContain(`GET /api/apps/${appId}/users/me?access_token=***401`)
    expect(text).not.toContain('planted')
    expect((await submit('requests', 'clear')).main).toContain('Requests: 0')
  })

  test('changes the settings that were changed in it, and no other', async () => {
    const { page, submit, world } = newApp('kinvey')
    const { document } = await page('settings')
    const shown = document.querySelector('[name=shown]')?.getAttribute('value') ?? ''
    world.set({ micTokenLifetime: 1 })
    const old = JSON.parse(shown).micTokenLifetime as string
    const changes = { mfaRequired: 'true', apiVersion: '6', appName: 'Mine', ownResetPage: '"https://example.com/"' }
    const { main } = await submit('settings', 'set', { ...changes, shown, micTokenLifetime: old })
    expect(world.settings).toMatchObject({
      mfaRequired: true,
      apiVersion: 6,
      appName: 'Mine',
      ownResetPage: 'https://example.com/',
      micTokenLifetime: 1,
      putSemantics: 'replace',
    })
    expect(main).toContain('"appName": "Mine"')
  })

  test.each([
    ['settings', 'set', { mfaSessionLifetime: 'soon' }, 'mfaSessionLifetime must be of type number'],
    ['settings', 'set', { socialTokens: '{' }, 'socialTokens must be JSON'],
    ['users', 'seed', { count: '0' }, 'count must be a whole number from 1 to 100000'],
    ['clock', 'advance', { milliseconds: '-1' }, 'milliseconds must be a number of milliseconds, 0 or more'],
    ['faults', 'add', { type: 'latency' }, 'milliseconds must be a number of milliseconds, 0 or more'],
    ['faults', 'add', { type: 'hang', status: '503' }, 'status is unknown; known are type'],
    ['faults', 'add', { type: 'hang', path: '(' }, 'path must be a regular expression'],
  ] as const)('%s: refuses %s with %j, and keeps what was typed', async (tab, action, values, message) => {
    const { submit, world } = newApp('kinvey')
    const before = JSON.stringify([world.settings, world.users(), world.faults.list()])
    const { status, document } = await submit(tab, action, values)
    expect([status, document.querySelector('[role=alert]')?.textContent]).toEqual([400, message])
    for (const [name, value] of Object.entries(values))
      expect((document.querySelector(`[name=${name}]`) as unknown as HTMLInputElement).value).toBe(value)
    expect(JSON.stringify([world.settings, world.users(), world.faults.list()])).toBe(before)
  })

  test('makes things go wrong', async () => {
    const { submit, world, appId } = newApp()
    const added = await submit('faults', 'add', {
      type: 'status',
      status: '503',
      retryAfter: '7',
      path: 'users$',
      times: '2',
      method: 'POST',
    })
    expect(added.main).toContain('{"type":"status","status":503,"retryAfter":"7"}POST users$ 21')
    expect(await appOf(sandbox, appId).kii('POST', 'users', {})).toMatchObject({ status: 503, headers: { 'retry-after': '7' } })
    expect((await submit('faults', 'clear')).main).toContain('Nothing goes wrong.')
    expect(world.faults.list()).toEqual([])
  })

  test('moves the clock', async () => {
    const { submit, world } = newApp()
    await submit('clock', 'freeze')
    const frozen = world.clock.now()
    const advanced = await submit('clock', 'advance', { milliseconds: '86400000' })
    expect(world.clock.now()).toBe(frozen + 86_400_000)
    expect(advanced.main).toContain(new Date(frozen + 86_400_000).toISOString().slice(0, 10))
    await submit('clock', 'reset')
    expect(Math.abs(world.clock.now() - Date.now())).toBeLessThan(60_000)
  })

  test('starts over', async () => {
    const { submit, world } = newApp()
    world.seed(1)
    await submit('connection', 'reset')
    expect(world.users()).toEqual([])
  })

  test('takes what users wrote for text', async () => {
    const { page, appId, world } = newApp()
    const displayName = '<script>alert(1)</script>'
    await appOf(sandbox, appId).kii('POST', 'users', { loginName: freshName(), displayName, password: 'pass-1234' })
    const [user] = world.users()
    for (const path of ['users', `users?id=${user?.id}`, `users?search=${encodeURIComponent(displayName)}`]) {
      const { text, headers } = await page(path)
      expect(text).not.toContain('<script>alert')
      expect(headers['content-security-policy']).toContain("script-src 'self'")
    }
    expect((await page(`users?id=${user?.id}`)).main).toContain(displayName)
  })

  test('shows anew what has changed, and only that', async () => {
    const { page, world } = newApp()
    const next = async (document: Document) => page(`users${document.querySelector('[hx-get]')?.getAttribute('hx-get')}`)
    const first = await page('users?search=example')
    expect(await next(first.document as unknown as Document)).toMatchObject({ status: 204, text: '' })
    world.seed(1)
    const changed = await next(first.document as unknown as Document)
    expect(changed.text).toMatch(/^<div hx-get="\?search=example&amp;seen=/)
    expect(changed.text).toContain('Found: 1')
    expect(await next(changed.document as unknown as Document)).toMatchObject({ status: 204 })
  })

  test('says what it does not have', async () => {
    const { at } = newApp()
    for (const path of [at('nothing'), at('constructor'), at('users').replace('/kii/', '/parse/')])
      expect(await send(path)).toMatchObject({ status: 404, text: expect.stringContaining('There is no such page') })
    expect((await send(`${at('users')}?do=toString`, { method: 'POST' })).status).toBe(404)
    expect((await send(`${at('users')}`, { method: 'POST' })).status).toBe(404)
  })

  test('keeps what is done in it in the data file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-console-'))
    try {
      const dataFile = join(folder, 'data.json')
      const kept = await startSandbox({ vendors: ['kii'], dataFile })
      await send(`${kept.origin}/_sandbox/console/kii/mine/users?do=seed`, { method: 'POST', body: 'count=1' })
      await kept.stop()
      expect(JSON.parse(await readFile(dataFile, 'utf8'))).toMatchObject({ apps: [{ vendor: 'kii', appId: 'mine' }] })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
