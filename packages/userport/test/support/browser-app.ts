import { type ChangeReason, type Promises, toPromises, type User, type UserProvider } from '@userport/core'
import { fetchClient } from '@userport/core/fetch'
import { kii } from '@userport/kii'
import { kinvey } from '@userport/kinvey'
import { monaca } from '@userport/monaca'
import { createUserProvider } from 'userport'

let users: Promises<UserProvider>
const told: ChangeReason[] = []
let toldBefore = 0

// What tabs tell each other, as this page can read it: the browser may hand over in several pieces what a page has missed.
const notes = (): string =>
  Object.values(localStorage)
    .filter((value) => /^\w+ \d+ 0\.\d+$/.test(value))
    .join()
let known = notes()
let handedOver = 0
const look = (): void => {
  if (notes() !== known) handedOver += 1
  known = notes()
}
globalThis.addEventListener('storage', look)
globalThis.addEventListener('pagehide', () => {
  known = notes()
})
globalThis.addEventListener('pageshow', () => {
  toldBefore = told.length
  handedOver = 0
  look()
})

/** What this page has told its listeners since it was last shown, and in how many pieces the browser brought it. */
export const sinceShown = (): { readonly told: readonly ChangeReason[]; readonly pieces: number } => ({
  told: told.slice(toldBefore),
  pieces: handedOver,
})

const transports = { axios: {}, fetch: { http: fetchClient() } }

/** Starts as any app does: from its configuration, with the store that a browser gets by default. */
export const start = async (config: object, transport: keyof typeof transports = 'axios'): Promise<string> => {
  users = toPromises(await createUserProvider(config, { vendors: { kii, kinvey, monaca }, ...transports[transport] }))
  users.subscribe(({ reason }) => told.push(reason))
  return users.state().status
}

/** Why it does not start. */
export const refusal = (config: object | undefined): Promise<string | undefined> =>
  createUserProvider(config).then(
    () => undefined,
    ({ message }: Error) => message,
  )

const shown = (user: User | null): readonly unknown[] => (user === null ? [] : [user.id, user.kind])

export const restore = async (): Promise<readonly unknown[]> => shown(await users.restore())
export const signInAnonymously = async (): Promise<readonly unknown[]> => shown(await users.signInAnonymously())
export const upgrade = async (username: string, password: string): Promise<readonly unknown[]> =>
  shown((await users.upgrade({ identifiers: { username }, password })).user)
export const signOut = async (discardAnonymous = false): Promise<string> => {
  await users.signOut({ discardAnonymous })
  return users.state().status
}

/** The user that this tab shows once it has heard of a change. */
export const hears = async (reason: ChangeReason): Promise<readonly unknown[]> => {
  while (!told.includes(reason)) await new Promise((resolve) => setTimeout(resolve, 10))
  return shown(users.activeUser() ?? null)
}

export const statusByFetch = async (url: string): Promise<number> =>
  (await fetchClient().send({ method: 'GET', url, headers: { authorization: 'Bearer secret' } }, new AbortController().signal)).status

/** What the page has downloaded so far. */
export const downloads = (): readonly string[] => performance.getEntriesByType('resource').map(({ name }) => name)
