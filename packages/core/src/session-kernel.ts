import * as E from '#fp-ts/Either'
import { type ActiveState, type Change, stateOf } from './active-state.js'
import type { ChangeReason } from './change-reason.js'
import { type At, type UserError, userError } from './errors.js'
import { withRenewals } from './renewals.js'
import { openSessionChannel, type SessionChannel } from './session-channel.js'
import { type Held, SessionStorage } from './session-storage.js'
import { memoryStore, type SessionStore } from './session-store.js'
import { settle } from './settle.js'
import { Turns } from './turns.js'
import type { Session } from './user.js'

/** Hears of a change. What it returns is not waited for; if it throws or rejects, `onProblem` hears of it. */
export type Listener = (change: Change) => unknown

export interface KernelOptions {
  /** Where the session is kept (default: in memory, gone with the process). */
  readonly store?: SessionStore
  /** The name before all stored names; two providers with the same one share a session. */
  readonly namespace?: string
  /** Hears of failures that no operation reports: a store that refused, a listener that threw. */
  readonly onProblem?: (problem: UserError) => void
}

// Milliseconds.
const momentOfOthers = 500

/** Somebody comes in, who is another person than the one before. */
const entrances: ReadonlySet<ChangeReason> = new Set(['signedUp', 'signedIn'])

const exits: ReadonlySet<ChangeReason> = new Set(['signedOut', 'expired', 'revokedByReset', 'deleted'])

/** Why another tab made a change: what it said, unless more has changed since, or what it looks like where word has not come. */
const reasonFor = (before: Held | null, now: Held | null, said: ChangeReason | undefined): ChangeReason => {
  if (said !== undefined && exits.has(said) === (now === null)) return said
  if (now === null) return 'signedOut'
  return now.user.id === before?.user.id ? 'refreshed' : 'signedIn'
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const isSame = (one: Session, other: Session): boolean => JSON.stringify(one) === JSON.stringify(other)

// Spelled out, since to spread one object into another takes longer than all else of a change in memory.
const heldAs = ({ user, session, fetchedAt, stale }: Omit<Held, 'stored'>, stored: boolean): Held => ({
  user,
  session,
  fetchedAt,
  stale,
  stored,
})

/**
 * Holds the one active user. All state of a provider is here: what is in memory, what is in the store, who listens.
 * A change is made in memory first, then stored, then told.
 */
export class SessionKernel {
  // undefined: not looked up yet.
  #held: Held | null | undefined
  #revision = 0
  #loading: Promise<E.Either<UserError, Held | null>> | undefined
  #told = false
  #kept: Session | undefined
  // By an upgrade or a move the same person gets another id.
  readonly #formerIds = new Set<string>()
  readonly #listeners = new Set<Listener>()
  readonly #shared: boolean
  /** For work that changes the session. It must end by itself. */
  readonly turns = new Turns()
  /** What is kept over a restart. */
  readonly storage: SessionStorage
  readonly #vendor: string
  readonly #onProblem: (problem: UserError) => void
  #channel: SessionChannel | undefined

  constructor(vendor: string, options: KernelOptions) {
    const prefix = options.namespace ?? `userport.${vendor}`
    this.#vendor = vendor
    const store = options.store ?? memoryStore()
    this.#shared = store.shared === true
    this.#onProblem = options.onProblem ?? (() => undefined)
    this.storage = new SessionStorage(vendor, store, prefix, this.#onProblem)
    this.#channel = this.#shared ? openSessionChannel(prefix, (reason) => void this.#reload(reason)) : undefined
  }

  get held(): Held | null | undefined {
    return this.#held
  }

  /** Grows with every change of the active user; tells whether an answer is older than what is held. */
  get revision(): number {
    return this.#revision
  }

  /** Is this the active user, be it under an id from before an upgrade or a move? */
  isActive(id: string): boolean {
    const active = this.#held?.user.id
    return active !== undefined && (active === id || this.#formerIds.has(id))
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
    const found = await this.storage.read('active')
    if (E.isLeft(found)) return found
    if (this.#held === undefined && this.#revision === revision) this.#held = found.right
    return this.#held === undefined ? this.#load() : E.right(this.#held)
  }

  /** The active user, as another tab may have left things a moment ago, of which word may not have come yet. */
  async lookAgain(): Promise<Held | null> {
    if (this.#shared) await this.#reload(undefined, true)
    return this.#held ?? null
  }

  /** Tells that restoring is over, if nothing that happened since has told it. */
  announce(): void {
    if (!this.#told && this.#held !== undefined) this.#tell('restored', this.#held)
  }

  /** Puts a user (or nobody) in place of the active one. */
  async commit(next: Omit<Held, 'stored'> | null, reason: ChangeReason): Promise<{ readonly stored: boolean }> {
    const before = this.#held
    const mine = next === null ? null : heldAs(next, before?.session === next.session && before.stored)
    // Another tab may have put somebody else in the place of whom this one stored, of which word may not have come yet.
    const only = this.#shared ? (this.#kept ?? before?.session)?.userId : undefined
    this.#revision += 1
    this.#held = mine
    this.#kept = undefined
    if (!before || entrances.has(reason)) this.#formerIds.clear()
    else if (mine !== null && mine.user.id !== before.user.id) this.#formerIds.add(before.user.id)
    const stored = mine === null ? await this.storage.forget('active', only) : await this.storage.write('active', mine)
    const after = mine === null || mine.stored === stored ? mine : heldAs(mine, stored)
    // Another change may have come while the store was busy.
    if (this.#held === mine) this.#held = after
    if (this.#channel !== undefined) await this.#tellTabs(reason)
    this.#tell(reason, after)
    return { stored }
  }

  /**
   * Takes the session a vendor renewed on the way, or what it renewed of the one that has taken the place of `from` since.
   * `settled`: what the renewal itself kept.
   */
  async renewed(from: Session, to: Session, settled?: Session): Promise<void> {
    const held = this.#held
    const session = held ? withRenewals(from, to, held.session) : undefined
    if (!held || session === undefined || session === held.session) return
    if (this.#kept === from || this.#kept === settled) this.#kept = undefined
    // What `keep` stored stays in the store until it is settled.
    const waits = this.#kept !== undefined && this.#kept !== to
    const mine = { ...held, session, stored: waits && held.stored }
    this.#held = mine
    if (waits) return
    const stored = await this.storage.write('active', mine)
    if (this.#held?.session === session) this.#held = { ...this.#held, stored }
  }

  /** Stores a session that must not be lost while an operation goes on, without making it the active one. */
  async keep(session: Session): Promise<void> {
    const outcome = await this.storage.writeSession(() => session)
    if (E.isLeft(outcome)) throw new Error('not stored')
    this.#kept = session
  }

  /** What `keep` stored and nothing has settled yet. */
  get kept(): Session | undefined {
    return this.#kept
  }

  /** Undoes `keep`: the store says again what memory says, unless another tab has changed meanwhile what was kept. */
  async unkeep(): Promise<void> {
    const kept = this.#kept
    if (kept === undefined) return
    this.#kept = undefined
    const there = this.#shared ? await this.storage.session() : kept
    if (there === undefined || !isSame(there, kept)) return
    if (this.#held) await this.storage.writeSession(() => this.#held?.session)
    else await this.storage.forget('active')
  }

  /** Gives other tabs a moment to store what the vendor has answered them. */
  othersMayStore(): Promise<void> {
    return this.#shared ? pause(momentOfOthers) : Promise.resolve()
  }

  /** Another session than this one in the store: another tab was quicker. */
  async storedInstead(of: Session): Promise<Session | undefined> {
    const stored = await this.storage.session()
    const another = stored !== undefined && stored.userId === of.userId && JSON.stringify(stored.secrets) !== JSON.stringify(of.secrets)
    return another ? stored : undefined
  }

  /** Takes up who took the place of this session's user in the store, of which word may not have come yet. */
  async takeUpSuccessor(session: Session): Promise<void> {
    const stored = this.#shared ? await this.storage.session() : undefined
    if (stored !== undefined && stored.userId !== session.userId) await this.#reload()
  }

  setAside(held: Held): Promise<boolean> {
    return this.storage.write('aside', { ...held, stored: false })
  }

  /** The user set aside. The active user is not that, though the store may say so after a sign-in that did not come to its end. */
  async aside(): Promise<E.Either<UserError, Held | null>> {
    const found = await this.storage.read('aside')
    return E.map((held: Held | null) => (held !== null && held.user.id === this.#held?.user.id ? null : held))(found)
  }

  dropAside(): Promise<unknown> {
    return this.storage.forget('aside')
  }

  async #reload(said?: ChangeReason, again = false): Promise<void> {
    // What is being looked up now may be older than this.
    if (this.#held === undefined) this.#revision += 1
    const revision = this.#revision
    const found = await this.storage.read('active')
    const held = this.#held
    if (E.isLeft(found) || held === undefined) return
    const next = found.right
    // What `keep` stored here is on its way to somebody, and nobody yet.
    if (next !== null && this.#kept !== undefined && this.#kept !== held?.session && isSame(this.#kept, next.session)) return
    const same = held && next && isSame(held.session, next.session)
    const changedHere = this.#revision !== revision
    // What changed here meanwhile has been told.
    if (next === held || (same && (changedHere || again))) return
    if (changedHere) return this.#reload(said, true)
    const onlyHere = held && !held.stored && (next === null || (held.user.kind === 'anonymous' && held.user.id !== next.user.id))
    if (onlyHere) return
    this.#revision += 1
    // Somebody else has its place in the store.
    if (this.#kept?.userId !== next?.session.userId) this.#kept = undefined
    if (next?.user.id !== held?.user.id) this.#formerIds.clear()
    this.#held = next === null ? null : { ...next, session: same ? held.session : next.session, stale: false }
    this.#tell(reasonFor(held, next, said), this.#held)
  }

  async #tellTabs(reason: ChangeReason): Promise<void> {
    const told = await settle(() => this.#channel?.tell(reason))
    if (E.isLeft(told)) this.#report(this.#problem('set', 'Other tabs could not be told of a change.'))
  }

  #tell(reason: ChangeReason, held: Held | null): void {
    this.#told = true
    if (this.#listeners.size === 0) return
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
