// @vitest-environment happy-dom
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { webStorageStore } from '../src/index.js'
import { openSessionChannel } from '../src/session-channel.js'
import { somebody } from './support/fake-vendor.js'
import { successOf } from './support/results.js'
import { start } from './support/start.js'

afterEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
})

// The browser sends the event once the page can read what was written, and never to the tab that wrote.
const fromAnotherTab = (key: string, newValue: string | null): void => {
  if (newValue === null) localStorage.removeItem(key)
  else localStorage.setItem(key, newValue)
  globalThis.dispatchEvent(new StorageEvent('storage', { key, newValue }))
}

describe('the storage event', () => {
  it('carries the reason and nothing else', () => {
    const name = `ns-${randomUUID()}`
    const channel = openSessionChannel(name, () => undefined)
    channel.tell('signedIn')
    expect(localStorage.getItem(name)).toMatch(/^signedIn \d+ 0\.\d+/)
    channel.close()
  })

  it('is heard for its own name alone, until it is closed', () => {
    const name = `ns-${randomUUID()}`
    const heard: string[] = []
    const channel = openSessionChannel(name, (reason) => heard.push(reason))
    fromAnotherTab(name, 'signedOut 1 0.1')
    fromAnotherTab('other', 'signedOut 1 0.2')
    fromAnotherTab(name, null)
    channel.close()
    fromAnotherTab(name, 'signedOut 1 0.3')
    expect(heard).toEqual(['signedOut'])
  })

  it('that never came to a page in the back/forward cache is made up for', () => {
    const name = `ns-${randomUUID()}`
    localStorage.setItem(name, 'signedUp 1 0.1')
    const heard: string[] = []
    const channel = openSessionChannel(name, (reason) => heard.push(reason))
    globalThis.dispatchEvent(new Event('pageshow'))
    expect(heard).toEqual([])
    localStorage.setItem(name, 'signedOut 1 0.2')
    globalThis.dispatchEvent(new Event('pageshow'))
    expect(heard).toEqual(['signedOut'])
    channel.close()
    localStorage.setItem(name, 'signedIn 1 0.3')
    globalThis.dispatchEvent(new Event('pageshow'))
    expect(heard).toEqual(['signedOut'])
  })

  it('that comes late does not say again what is past', () => {
    const name = `ns-${randomUUID()}`
    const heard: string[] = []
    const channel = openSessionChannel(name, (reason) => heard.push(reason))
    localStorage.setItem(name, 'signedIn 1 0.2')
    for (const newValue of ['signedOut 1 0.1', 'signedIn 1 0.2']) {
      globalThis.dispatchEvent(new StorageEvent('storage', { key: name, newValue }))
    }
    expect(heard).toEqual(['signedIn'])
    channel.close()
  })

  it('has a provider look at the store again', async () => {
    const namespace = `ns-${randomUUID()}`
    const here = start({ options: { namespace, store: webStorageStore() } })
    await successOf(here.provider.signUp(somebody()))
    const told = localStorage.getItem(namespace) ?? ''
    expect(told).not.toMatch(/access-|refresh-/)
    localStorage.removeItem(`${namespace}.session`)
    fromAnotherTab(namespace, 'signedOut 1 0.1')
    await expect.poll(() => here.provider.activeUser()).toBeNull()
    here.provider.close()
  })

  it('is not needed between two providers of one page', async () => {
    const options = { namespace: `ns-${randomUUID()}`, store: webStorageStore() }
    const here = start({ options })
    const there = start({ options })
    await successOf(there.provider.restore())
    const { id } = await successOf(here.provider.signUp(somebody()))
    await expect.poll(() => there.provider.activeUser()?.id).toBe(id)
    expect(here.reasons()).toEqual(['signedUp'])
    here.provider.close()
    there.provider.close()
  })

  it('is not what a page listens to that may not look at its storage', () => {
    vi.stubGlobal('localStorage', undefined)
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get: () => {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    expect(() => openSessionChannel(`ns-${randomUUID()}`, () => undefined).close()).not.toThrow()
  })

  it('that cannot be sent for want of space fails no operation', async () => {
    const namespace = `ns-${randomUUID()}`
    const real = localStorage
    const setItem = (key: string, value: string): void => {
      if (key === namespace) throw new DOMException('full', 'QuotaExceededError')
      real.setItem(key, value)
    }
    vi.stubGlobal('localStorage', {
      setItem,
      getItem: real.getItem.bind(real),
      removeItem: real.removeItem.bind(real),
      clear: real.clear.bind(real),
    })
    const here = start({ options: { namespace, store: webStorageStore() } })
    await successOf(here.provider.signUp(somebody()))
    expect(here.provider.state()).toMatchObject({ status: 'signedIn', stored: true })
    expect(here.problems).toMatchObject([{ _tag: 'Unavailable' }])
    here.provider.close()
  })
})
