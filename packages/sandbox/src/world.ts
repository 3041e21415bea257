import type { Clock } from './clock.js'
import type { Faults } from './faults.js'
import type { Outbox } from './outbox.js'
import type { RequestLog } from './request-log.js'

export type Vendor = 'kii' | 'kinvey' | 'monaca'

/**
 * Everything one app of one vendor has: its console settings, its users, its clock, its outbox, its faults.
 * Apps share nothing, so tests that use an app id of their own can run side by side on one server.
 */
export interface World<Settings extends object = object, Data extends object = object> {
  readonly vendor: Vendor
  readonly appId: string
  /** The console switches of this app. Change them with `set`. */
  readonly settings: Readonly<Settings>
  readonly set: (changes: Partial<Settings>) => void
  /** Plain JSON data, owned by the vendor's emulator. */
  readonly data: Data
  readonly clock: Clock
  readonly outbox: Outbox
  readonly faults: Faults
  readonly requests: RequestLog
  /** Every user, as the control surface shows it: no password, no hash, no token. */
  readonly users: () => readonly UserRow[]
  /** Every live session, without its token. */
  readonly sessions: () => readonly SessionRow[]
  /** Adds that many generated users and returns them, with the password they can sign in with. */
  readonly seed: (count: number) => readonly SeededUser[]
  /** A JSON copy of the settings, the data, the outbox and the clock. */
  readonly snapshot: () => unknown
  readonly restore: (snapshot: unknown) => void
  /** Back to an app nobody has used. */
  readonly reset: () => void
}

export interface UserRow {
  readonly id: string
  readonly anonymous: boolean
  readonly username?: string
  readonly email?: string
  readonly phone?: string
  readonly disabled: boolean
  /** The vendor's own document, without secrets. */
  readonly document: Readonly<Record<string, unknown>>
}

export interface SessionRow {
  readonly userId: string
  readonly createdAt: number
  readonly expiresAt?: number
}

export interface SeededUser extends UserRow {
  readonly password: string
}

/** What an emulator brings; the server, the control surface and the worlds are built around it. */
export interface Emulator<Settings extends object, Data extends object> {
  readonly vendor: Vendor
  readonly defaultSettings: Settings
  /** Fresh data: plain JSON (records and arrays, no Map), so that a snapshot is a copy. */
  readonly emptyData: () => Data
  /** First path segments that belong to this vendor, e.g. `['api']`. No two vendors share one. */
  readonly mounts: readonly string[]
  /** The beginning of a path that stands for the vendor's host name, where its clients send one; taken off before the mounts are looked at. */
  readonly hostInPath?: RegExp
  /** The app that a request addresses; `undefined` where it names none. */
  readonly appOf: (request: Pick<VendorRequest, 'path' | 'query' | 'header' | 'body'>) => string | undefined
  /** Answers one request. Runs after the faults; the body is read already. */
  readonly handle: (request: VendorRequest, world: World<Settings, Data>) => Promise<VendorResponse> | VendorResponse
  readonly users: (data: Data, settings: Settings) => readonly UserRow[]
  readonly sessions: (data: Data, now: number) => readonly SessionRow[]
  readonly seed: (world: World<Settings, Data>, count: number) => readonly SeededUser[]
  /** The values a setting may take, where its type alone does not say so. */
  readonly settingChoices?: Readonly<Partial<Record<keyof Settings, readonly unknown[]>>>
  /** The reply to a request that names no app; without it a plain 404. */
  readonly appNotFound?: VendorResponse
  /** What an app must be configured with to talk to this server. */
  readonly connection: (origin: string, appId: string) => Readonly<Record<string, string>>
}

export interface VendorRequest {
  readonly method: string
  /** `http://127.0.0.1:PORT` of this server, for links in mails. */
  readonly origin: string
  /** The path as it came, still percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly header: (name: string) => string | undefined
  /** The body as text; empty where there was none. */
  readonly body: string
}

export interface VendorResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a string as it is; absent: no body at all. */
  readonly body?: unknown
}
