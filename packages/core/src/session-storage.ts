import * as E from '#fp-ts/Either'
import { type UserError, userError } from './errors.js'
import type { SessionStore } from './session-store.js'
import { settle } from './settle.js'
import { readSession, readSnapshot, readTexts } from './stored.js'
import { Turns } from './turns.js'
import type { Session, User, UserId } from './user.js'

/** A user that is active or set aside, with what proves it. */
export interface Held {
  readonly user: User
  readonly session: Session
  readonly fetchedAt: string
  readonly stale: boolean
  readonly stored: boolean
}

/** When a user was last seen whose session is all that is known. */
export const unseen = new Date(0).toISOString()

// A store of somebody's own may hang; an operation must not.
const storePatience = 5_000

const isPromise = <A>(value: A | PromiseLike<A>): value is PromiseLike<A> =>
  typeof (value as { readonly then?: unknown } | null)?.then === 'function'

const inTime = <A>(milliseconds: number, work: PromiseLike<A>): Promise<E.Either<unknown, A>> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<E.Either<unknown, A>>((resolve) => {
    timer = setTimeout(() => resolve(E.left('late')), milliseconds)
  })
  return Promise.race([settle(() => work), late]).finally(() => clearTimeout(timer))
}

type Answer<A> = E.Either<unknown, A> | Promise<E.Either<unknown, A>>

// Most stores answer at once: then there is nothing to wait for.
const within = <A>(milliseconds: number, run: () => A | PromiseLike<A>): Answer<A> => {
  try {
    const begun = run()
    return isPromise(begun) ? inTime(milliseconds, begun) : E.right(begun)
  } catch (cause) {
    return E.left(cause)
  }
}

/** The active user, and the one that is set aside. */
export type Place = 'active' | 'aside'

/**
 * What a provider keeps in a store, and under which names. A store of somebody's own may hang, refuse or hold what nobody wrote:
 * no method throws, and what goes wrong is told to `onProblem`.
 */
export class SessionStorage {
  // So that the store ends as memory says, however slow it is.
  readonly #turns = new Turns()
  #device: string | undefined
  readonly #vendor: string
  readonly #store: SessionStore
  readonly #prefix: string
  readonly #onProblem: (problem: UserError) => void

  constructor(vendor: string, store: SessionStore, prefix: string, onProblem: (problem: UserError) => void) {
    this.#vendor = vendor
    this.#store = store
    this.#prefix = prefix
    this.#onProblem = onProblem
  }

  #sessionName(place: Place): string {
    return place === 'active' ? `${this.#prefix}.session` : `${this.#prefix}.aside.session`
  }

  #userName(place: Place): string {
    return place === 'active' ? `${this.#prefix}.user` : `${this.#prefix}.aside.user`
  }

  /** Whom the store knows in this place, once all is written that is on its way. Fails only where the store cannot be read. */
  read(place: Place): Promise<E.Either<UserError, Held | null>> {
    return this.#turns.run(() => this.#read(place))
  }

  async #read(place: Place): Promise<E.Either<UserError, Held | null>> {
    const sessionName = this.#sessionName(place)
    const text = await this.#get(sessionName)
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
    const about = await this.#get(this.#userName(place))
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

  /** The session of the active user, or of the one set aside, as the store has it now; `undefined` where there is none. */
  async session(place: Place = 'active'): Promise<Session | undefined> {
    const text = await this.#get(this.#sessionName(place))
    return E.isRight(text) && typeof text.right === 'string' ? readSession(text.right) : undefined
  }

  /** Puts a session in the active user's place, whatever is known of its user. */
  writeSession(session: () => Session | undefined): Promise<E.Either<unknown, void>> {
    return this.#turns.run(async () => {
      const now = session()
      return now === undefined ? E.right(undefined) : this.#put(this.#sessionName('active'), JSON.stringify(now))
    })
  }

  /** Keeps the credential of an anonymous user whose session the server calls dead: the last trace of it, beside those of others. */
  async keepLost(session: Session): Promise<boolean> {
    return E.isRight(await this.#put(`${this.#prefix}.lost.${session.userId}`, JSON.stringify(session)))
  }

  /** The id of this device: made once, kept through every sign-out. */
  async device(): Promise<string> {
    if (this.#device !== undefined) return this.#device
    const known = await this.#get(`${this.#prefix}.device`)
    if (this.#device !== undefined) return this.#device
    const device = E.isRight(known) && typeof known.right === 'string' && known.right !== '' ? known.right : globalThis.crypto.randomUUID()
    this.#device = device
    if (E.isRight(known) && known.right !== device) await this.#put(`${this.#prefix}.device`, device)
    return device
  }

  /** What proves that this person need not be asked for a second factor on this device; it survives sign-out. */
  async trustedDevice(person: string): Promise<string | undefined> {
    return (await this.#trustedDevices())[person]
  }

  /** Beside the trust of others who sign in on this device. */
  async trustDevice(person: string, token: string): Promise<void> {
    await this.#put(`${this.#prefix}.trusted-device`, JSON.stringify({ ...(await this.#trustedDevices()), [person]: token }))
  }

  async #trustedDevices(): Promise<Readonly<Record<string, string>>> {
    const known = await this.#get(`${this.#prefix}.trusted-device`)
    return (E.isRight(known) && typeof known.right === 'string' ? readTexts(known.right) : undefined) ?? {}
  }

  /** Removes an entry from a store that is not this one's own. */
  async dropFrom(store: SessionStore, name: string): Promise<void> {
    await within(storePatience, () => store.remove(name))
  }

  write(place: Place, { session, user, fetchedAt, stored }: Held): Promise<boolean> {
    return this.#turns.run(async () => {
      if (!stored && E.isLeft(await this.#put(this.#sessionName(place), JSON.stringify(session)))) return false
      await this.#put(this.#userName(place), JSON.stringify({ user, fetchedAt }))
      return true
    })
  }

  /** `only`: leaves what is there where it is somebody else's. */
  forget(place: Place, only?: UserId): Promise<boolean> {
    return this.#turns.run(async () => {
      const there = only === undefined ? undefined : await this.session(place)
      if (there !== undefined && there.userId !== only) return true
      const outcomes = await Promise.all([this.#drop(this.#sessionName(place)), this.#drop(this.#userName(place))])
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

  #get(name: string): Answer<string | null | undefined> {
    return within(storePatience, () => this.#store.get(name))
  }

  #problem(method: 'get' | 'set' | 'remove', message: string): UserError {
    return userError('Unavailable', { vendor: this.#vendor, operation: `sessionStore.${method}` }, { message })
  }

  #report(problem: UserError): void {
    void settle(() => this.#onProblem(problem))
  }
}
