// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { webStorageStore } from '../src/index.js'
import { FakeService } from './support/fake-service.js'
import { somebody } from './support/fake-vendor.js'
import { successOf } from './support/results.js'
import { start } from './support/start.js'

afterEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
  sessionStorage.clear()
})

it.each([
  ['localStorage', true],
  ['sessionStorage', false],
] as const)('keeps a session in %s; shared by tabs: %s', async (name, shared) => {
  const store = webStorageStore(globalThis[name])
  expect(store.shared).toBe(shared)
  const service = new FakeService()
  const first = start({ service, options: { store } })
  const user = await successOf(first.provider.signUp(somebody()))
  first.provider.close()
  const second = start({ service, options: { store: webStorageStore(globalThis[name]) } })
  expect(await successOf(second.provider.restore())).toEqual(user)
  await successOf(second.provider.signOut())
  expect(globalThis[name].getItem('userport.fake.session')).toBeNull()
  second.provider.close()
})

it('takes localStorage where nothing is said', () => {
  void webStorageStore().set('name', 'value')
  expect(localStorage.getItem('name')).toBe('value')
})

it('that is full loses no session: it lives in memory, and the failure is reported', async () => {
  const full: Storage = Object.assign(Object.create(null), {
    getItem: () => null,
    removeItem: () => undefined,
    setItem: () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    },
  })
  const { provider, problems } = start({ options: { store: webStorageStore(full) } })
  await successOf(provider.signUp(somebody()))
  expect(provider.state()).toMatchObject({ status: 'signedIn', stored: false })
  expect(problems).toMatchObject([{ _tag: 'Unavailable', operation: 'sessionStore.set' }])
})

it('that the browser forbids is an error of the operation, not an accident', async () => {
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new DOMException('denied', 'SecurityError')
    },
  })
  const { provider } = start({ options: { store: webStorageStore() } })
  expect(await provider.restore()()).toMatchObject({ left: { _tag: 'Unavailable' } })
  expect(provider.state()).toEqual({ status: 'restoring' })
})
