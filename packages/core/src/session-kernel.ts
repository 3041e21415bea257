import * as E from '#fp-ts/Either'
import type { ChangeReason } from './change-reason.js'
import { type At, type UserError, userError } from './errors.js'
import { openSessionChannel, type SessionChannel } from './session-channel.js'
import { memoryStore, type SessionStore } from './session-store.js'
import { settle } from './settle.js'
import { readSession, readSnapshot } from './stored.js'
import type { Session, User } from './user.js'

export type { ChangeReason } from './change-reason.js'

/** `restoring`: not looked up yet, which is not the same as signed out. */
export type ActiveState =
  | { readonly status: 'restoring' }
  | { readonly status: 'signedOut' }
  | {
      readonly status: 'signedIn'
      readonly user: User
      /** When the server last said so, ISO 8601. */
      readonly fetchedAt: string
      /** The server has not confirmed it since this provider started. */
      readonly stale: boolean
      /** The session is in the store, so it survives a restart. */
      readonly stored: boolean
    }

export interface Change {
  readonly reason: ChangeReason
  /** The active user after the change. */
  readonly user: User | null
  readonly state: ActiveState
}

/** Hears of a change. What it returns is not waited for; if it throws or rejects, `onProblem` hears of it. */
export type Listener = (change: Change) => unknown

/** A user that is active or set aside, with what proves it. */
export interface Held {
  readonly user: User
  readonly session: Session
  readonly fetchedAt: string
  readonly stale: boolean
  readonly stored: boolean
}

export interface KernelOptions {
  /** Where the session is kept (default: in memory, gone with the process). */
  readonly store?: SessionStore
  /** The name before all stored names; two providers with the same one share a session. */
  readonly namespace?: string
  /** Hears of failures that no operation reports: a store that refused, a listener that threw. */
  readonly onProblem?: (problem: UserError) => void
}

/** When a user was last seen whose session is all that is known. */
export const unseen = new Date(0).toISOString()

// A store of somebody's own may hang; an operation must not.
const storePatience = 5_000

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { readonly then?: unknown } | null)?.then === 'function'

const within = async <A>(milliseconds: number, run: () => A | PromiseLike<A>): Promise<E.Either<unknown, A>> => {
  const begun = E.tryCatch(run, (cause) => cause)
  if (E.isLeft(begun) || !isPromise(begun.right)) return begun as E.Either<unknown, A>
  const work = begun.right
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<E.Either<unknown, A>>((resolve) => {
    timer = setTimeout(() => resolve(E.left('late')), milliseconds)
  })
  return Promise.race([settle(() => work), late]).finally(() => clearTimeout(timer))
}

const stateOf = (held: Held | null | undefined): ActiveState => {
  if (held === undefined) return { status: 'restoring' }
  if (held === null) return { status: 'signedOut' }
  const { user, fetchedAt, stale, stored } = held
  return { status: 'signedIn', user, fetchedAt, stale, stored }
}

/**
 * Holds the one active user. All state of a provider is here: what is in memory, what is in the store, who listens.
 * A change is made in memory first, then stored, then told.
 */
export class SessionKernel {
  // undefined: not looked up yet.
  #held: Held | null | undefined
  #revision = 0
  #loading: Promise<E.Either<UserError, Held | null>> | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #writes: Promise<unknown> = Promise.resolve()
  #told = false
  #device: string | undefined
  #kept: Session | undefined
  readonly #listeners = new Set<Listener>()
  readonly #store: SessionStore
  readonly #names: { readonly [Name in 'session' | 'user' | 'aside' | 'asideUser' | 'lost' | 'device' | 'trust']: string }
  readonly #vendor: string
  readonly #onProblem: (problem: UserError) => void
  #channel: SessionChannel | undefined

  constructor(vendor: string, options: KernelOptions) {
    const prefix = options.namespace ?? `userport.${vendor}`
    this.#vendor = vendor
    this.#store = options.store ?? memoryStore()
    this.#names = {
      session: `${prefix}.session`,
      user: `${prefix}.user`,
      aside: `${prefix}.aside.session`,
      asideUser: `${prefix}.aside.user`,
      lost: `${prefix}.lost`,
      device: `${prefix}.device`,
      trust: `${prefix}.trusted-device`,
    }
    this.#onProblem = options.onProblem ?? (() => undefined)
    this.#channel = this.#store.shared === true ? openSessionChannel(prefix, (reason) => void this.#reload(reason)) : undefined
  }

  get held(): Held | null | undefined {
    return this.#held
  }

  /** Grows with every change of the active user; tells whether an answer is older than what is held. */
  get revision(): number {
    return this.#revision
  }

  state(): ActiveState {
    return stateOf(this.#held)
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#channel?.close()
    this.#channel = undefined
  }

  /** Runs work that changes the session, one after the other. The work must end by itself. */
  inTurn<A>(work: () => Promise<A>): Promise<A> {
    const mine = this.#turn.then(work)
    this.#turn = settle(() => mine)
    return mine
  }

  /** Looks up what the store holds, once. */
  load(): Promise<E.Either<UserError, Held | null>> {
    if (this.#held !== undefined) return Promise.resolve(E.right(this.#held))
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<E.Either<UserError, Held | null>> {
    const revision = this.#revision
    const found = await this.#read(this.#names.session, this.#names.user)
    if (E.isLeft(found)) return found
    if (this.#held === undefined && this.#revision === revision) this.#held = found.right
    return this.#held === undefined ? this.#load() : E.right(this.#held)
  }

  /** The active user; where there is none, whoever another tab signed in a moment ago, of which word may not have come yet. */
  async lookAgain(): Promise<Held | null> {
    if (this.#held === null && this.#store.shared === true) await this.#reload('signedIn')
    return this.#held ?? null
  }

  /** Tells that restoring is over, if nothing that happened since has told it. */
  announce(): void {
    if (!this.#told && this.#held !== undefined) this.#tell('restored', this.#held)
  }

  /** Puts a user (or nobody) in place of the active one. */
  async commit(next: Omit<Held, 'stored'> | null, reason: ChangeReason): Promise<{ readonly stored: boolean }> {
    const before = this.#held
    const mine: Held | null = next === null ? null : { ...next, stored: before?.session === next.session && before.stored }
    this.#revision += 1
    this.#held = mine
    this.#kept = undefined
    const stored = mine === null ? await this.#forget() : await this.#write(this.#names.session, this.#names.user, mine)
    const after = mine === null ? null : { ...mine, stored }
    // Another change may have come while the store was busy.
    if (this.#held === mine) this.#held = after
    await this.#tellTabs(reason)
    this.#tell(reason, after)
    return { stored }
  }

  /** Takes the session a vendor renewed on the way, if the one it replaces is still in use. `settled`: what the renewal itself kept. */
  async renewed(from: Session, to: Session, settled?: Session): Promise<void> {
    const held = this.#held
    if (from === to || !held || held.session !== from) return
    if (this.#kept === from || this.#kept === settled) this.#kept = undefined
    // What `keep` stored stays in the store until it is settled.
    const waits = this.#kept !== undefined && this.#kept !== to
    const mine = { ...held, session: to, stored: waits && held.stored }
    this.#held = mine
    if (waits) return
    const stored = await this.#write(this.#names.session, this.#names.user, mine)
    if (this.#held?.session === to) this.#held = { ...this.#held, stored }
  }

  /** Stores a session that must not be lost while an operation goes on, without making it the active one. */
  async keep(session: Session): Promise<void> {
    const outcome = await this.#inOrder(() => this.#put(this.#names.session, JSON.stringify(session)))
    if (E.isLeft(outcome)) throw new Error('not stored')
    this.#kept = session
  }

  /** What `keep` stored and nothing has settled yet. */
  get kept(): Session | undefined {
    return this.#kept
  }

  /** Undoes `keep`: the store says again what memory says. */
  unkeep(): Promise<unknown> {
    this.#kept = undefined
    return this.#held
      ? this.#inOrder(async () => this.#held && this.#put(this.#names.session, JSON.stringify(this.#held.session)))
      : this.#forget()
  }

  /** Another session than this one in the store: another tab was quicker. */
  async storedInstead(of: Session): Promise<Session | undefined> {
    const text = await within(storePatience, () => this.#store.get(this.#names.session))
    const stored = E.isRight(text) && typeof text.right === 'string' ? readSession(text.right) : undefined
    const another = stored !== undefined && stored.userId === of.userId && JSON.stringify(stored.secrets) !== JSON.stringify(of.secrets)
    return another ? stored : undefined
  }

  /** Keeps the credential of an anonymous user whose session the server calls dead: the last trace of it. */
  async keepLost(session: Session): Promise<void> {
    await this.#put(this.#names.lost, JSON.stringify(session))
  }

  setAside(held: Held): Promise<boolean> {
    return this.#write(this.#names.aside, this.#names.asideUser, { ...held, stored: false })
  }

  /** The user set aside. The active user is not that, though the store may say so after a sign-in that did not come to its end. */
  async aside(): Promise<E.Either<UserError, Held | null>> {
    const found = await this.#read(this.#names.aside, this.#names.asideUser)
    return E.map((held: Held | null) => (held !== null && held.user.id === this.#held?.user.id ? null : held))(found)
  }

  async dropAside(): Promise<void> {
    await this.#drop(this.#names.aside)
    await this.#drop(this.#names.asideUser)
  }

  /** The id of this device: made once, kept through every sign-out. */
  async device(): Promise<string> {
    if (this.#device !== undefined) return this.#device
    const known = await within(storePatience, () => this.#store.get(this.#names.device))
    if (this.#device !== undefined) return this.#device
    const device = E.isRight(known) && typeof known.right === 'string' && known.right !== '' ? known.right : globalThis.crypto.randomUUID()
    this.#device = device
    if (E.isRight(known) && known.right !== device) await this.#put(this.#names.device, device)
    return device
  }

  /** What proves that this device need not be asked for a second factor; it survives sign-out. */
  async trustedDevice(): Promise<string | undefined> {
    const known = await within(storePatience, () => this.#store.get(this.#names.trust))
    return E.isRight(known) && typeof known.right === 'string' && known.right !== '' ? known.right : undefined
  }

  async trustDevice(token: string): Promise<void> {
    await this.#put(this.#names.trust, token)
  }

  /** Removes an entry from a store that is not this kernel's own. */
  async dropFrom(store: SessionStore, name: string): Promise<void> {
    await within(storePatience, () => store.remove(name))
  }

  async #read(sessionName: string, userName: string): Promise<E.Either<UserError, Held | null>> {
    const text = await within(storePatience, () => this.#store.get(sessionName))
    if (E.isLeft(text)) return E.left(this.#problem('get', 'The session store could not be read.'))
    if (typeof text.right !== 'string') return E.right(null)
    const session = readSession(text.right)
    if (session === undefined || session.vendor !== this.#vendor) {
      await this.#put(`${sessionName}.unreadable`, text.right)
      this.#report(
        this.#problem(
          'get',
          `What the session store holds under "${sessionName}" cannot be read; it was kept under "${sessionName}.unreadable".`,
        ),
      )
      return E.right(null)
    }
    const about = await within(storePatience, () => this.#store.get(userName))
    const snapshot = E.isRight(about) && typeof about.right === 'string' ? readSnapshot(about.right) : undefined
    const matches = snapshot !== undefined && snapshot.user.id === session.userId
    const bare: User = {
      id: session.userId,
      vendor: session.vendor,
      kind: session.kind,
      identities: [],
      attributes: {},
      status: 'unknown',
      vendorData: {},
    }
    return E.right({
      session,
      user: matches ? snapshot.user : bare,
      fetchedAt: matches ? snapshot.fetchedAt : unseen,
      stale: true,
      stored: true,
    })
  }

  // One after the other, so that the store ends as memory says, however slow it is.
  #inOrder<A>(work: () => Promise<A>): Promise<A> {
    const mine = this.#writes.then(work)
    this.#writes = settle(() => mine)
    return mine
  }

  #write(sessionName: string, userName: string, { session, user, fetchedAt, stored }: Held): Promise<boolean> {
    return this.#inOrder(async () => {
      if (!stored && E.isLeft(await this.#put(sessionName, JSON.stringify(session)))) return false
      await this.#put(userName, JSON.stringify({ user, fetchedAt }))
      return true
    })
  }

  #forget(): Promise<boolean> {
    return this.#inOrder(async () => {
      const outcomes = await Promise.all([this.#drop(this.#names.session), this.#drop(this.#names.user)])
      return outcomes.every(E.isRight)
    })
  }

  async #put(name: string, value: string): Promise<E.Either<unknown, void>> {
    const outcome = await within(storePatience, () => this.#store.set(name, value))
    if (E.isLeft(outcome)) this.#report(this.#problem('set', 'The session store refused to keep the session; it lives in memory only.'))
    return outcome
  }

  async #drop(name: string): Promise<E.Either<unknown, void>> {
    const outcome = await within(storePatience, () => this.#store.remove(name))
    if (E.isLeft(outcome)) this.#report(this.#problem('remove', 'The session store refused to forget the session.'))
    return outcome
  }

  async #reload(reason: ChangeReason): Promise<void> {
    // What is being looked up now may be older than this.
    if (this.#held === undefined) this.#revision += 1
    const revision = this.#revision
    const found = await this.#read(this.#names.session, this.#names.user)
    const held = this.#held
    if (E.isLeft(found) || this.#revision !== revision || held === undefined) return
    const next = found.right
    if (next === held) return
    const onlyHere = held?.user.kind === 'anonymous' && !held.stored && held.user.id !== next?.user.id
    if (onlyHere) return
    const same = held && next && JSON.stringify(held.session) === JSON.stringify(next.session)
    this.#revision += 1
    this.#held = next === null ? null : { ...next, session: same ? held.session : next.session, stale: false }
    this.#tell(reason, this.#held)
  }

  async #tellTabs(reason: ChangeReason): Promise<void> {
    const told = await settle(() => this.#channel?.tell(reason))
    if (E.isLeft(told)) this.#report(this.#problem('set', 'Other tabs could not be told of a change.'))
  }

  #tell(reason: ChangeReason, held: Held | null): void {
    this.#told = true
    const change: Change = { reason, user: held?.user ?? null, state: stateOf(held) }
    for (const listener of [...this.#listeners]) {
      void settle(() => listener(change)).then((heard) => {
        if (E.isLeft(heard)) this.#report(this.#problem('subscribe', 'A listener threw.'))
      })
    }
  }

  #problem(method: string, message: string): UserError {
    const at: At = { vendor: this.#vendor, operation: method === 'subscribe' ? method : `sessionStore.${method}` }
    return method === 'subscribe' ? userError('Vendor', at, { message }) : userError('Unavailable', at, { message })
  }

  #report(problem: UserError): void {
    void settle(() => this.#onProblem(problem))
  }
}
