import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { Capabilities } from './capabilities.js'
import { defaultDeadline, type Running, withDeadline } from './deadline.js'
import { lacking } from './define-backend.js'
import { type At, type MergeTicket, type UserError, userError } from './errors.js'
import type { Result } from './result.js'
import { type ActiveState, type ChangeReason, type Held, type KernelOptions, type Listener, SessionKernel } from './session-kernel.js'
import { type SharedWork, shareWork } from './shared-work.js'
import type { Profile, ProfileChange, PublicUser, Session, User, UserId } from './user.js'
import type {
  CallOptions,
  Narrowed,
  PasswordChange,
  ResetByCode,
  ResetByLink,
  ResetLink,
  ResetRequest,
  ResetTicket,
  SignedIn,
  SignedOutReport,
  SignIn,
  SignUp,
  Upgrade,
  UserBackend,
  Warning,
} from './user-backend.js'

export type ProviderCall = Pick<CallOptions, 'signal' | 'deadline'>

/** What becomes of the active user when somebody else signs in. */
export interface Replacing {
  /** Sign in though a registered user is active. */
  readonly replace?: boolean
  /** What becomes of an active anonymous user: a merge ticket sets it aside, `discard` loses it for good. */
  readonly anonymous?: MergeTicket | 'discard'
}

export interface UpgradedUser {
  readonly user: User
  /** `replaced`: the account has a new id; data that refers to the old one must be moved by the app. */
  readonly identity: 'kept' | 'replaced'
  readonly previousId: UserId
  readonly warnings: readonly Warning[]
}

export interface ResetOutcome {
  /** The vendor made the password and sent it. */
  readonly temporaryPasswordDelivered: boolean
  /** The user that completing signed in; `null` where the vendor signs nobody in. */
  readonly user: User | null
}

export interface MergeChoice {
  /** Which attributes of the anonymous user go to the account: those it lacks (default), all, none, or what you make of the two. */
  readonly copy?: 'missing' | 'all' | 'none' | ((anonymous: User, account: User) => ProfileChange)
  /** Leave the anonymous user on the server. */
  readonly keepAnonymous?: boolean
}

/** A user set aside by signing in with a merge ticket. */
export interface PendingMerge {
  readonly ticket: MergeTicket
  readonly anonymous: User
}

/** One configured backend with at most one active user: what an app works with. */
export interface UserProvider {
  readonly vendor: string
  readonly capabilities: Capabilities
  readonly rules: UserBackend['rules']
  /** What is known of the active user now, without asking anybody. */
  state(): ActiveState
  /** The active user as last known; `null` when nobody is signed in, `undefined` while that is not known yet. */
  activeUser(): User | null | undefined
  /** Tells of every change of the active user, after it happened. Returns the way to stop. */
  subscribe(listener: Listener): () => void
  /** Lets go of listeners and of the channel to other tabs. The session stays. */
  close(): void
  /** Brings back the session from the store and has the server confirm it; without a connection the stored user stays, marked stale. */
  restore(options?: ProviderCall): Result<User | null>
  /** Asks the server for the active user. Several at once are one request. Fails with `NotSignedIn`, `SessionExpired`. */
  refresh(options?: ProviderCall): Result<User>
  /** Fails with `AlreadySignedIn`, `WouldLoseAnonymousUser` (see `upgrade`), `IdentifierTaken`, `PasswordRejected`, `OutcomeUnknown`. */
  signUp(input: SignUp, options?: ProviderCall & Replacing): Result<User>
  /** Fails with `InvalidCredentials`, `AlreadySignedIn`, `WouldLoseAnonymousUser`. */
  signIn(input: SignIn, options?: ProviderCall & Replacing): Result<User>
  /** The active anonymous user, or a new one. It is stored before this succeeds. Needs capability `anonymous`. Fails with `AlreadySignedIn`. */
  signInAnonymously(profile?: Profile, options?: ProviderCall): Result<User>
  /** Here first, on the server if it can be reached. Fails with `WouldLoseAnonymousUser` unless told `discardAnonymous`. */
  signOut(options?: ProviderCall & { readonly discardAnonymous?: boolean }): Result<SignedOutReport>
  /** Fails with `NotSignedIn`, `InvalidInput`, `Unsupported`. */
  updateProfile(change: ProfileChange, options?: ProviderCall): Result<User>
  /** Makes the anonymous user an account. On any failure it stays as it was. Needs capability `upgrade`. Fails with `NotAnonymous`, `IdentifierTaken` (with a merge ticket). */
  upgrade(input: Upgrade, options?: ProviderCall): Result<UpgradedUser>
  /** The active user stays signed in. Needs capability `changePassword`. Fails with `InvalidCredentials`, `PasswordRejected`. */
  changePassword(input: PasswordChange, options?: ProviderCall): Result<User>
  /** Needs capability `passwordReset`. Where the request itself ends sessions, the active user is signed out with reason `revokedByReset`. */
  requestPasswordReset(input: ResetRequest, options?: ProviderCall): Result<ResetTicket>
  /** Needs capability `resetByCode` or `resetByLink`. Fails with `ResetCodeInvalid`, `ResetCodeExpired`, `PasswordRejected`. */
  completePasswordReset(input: ResetByCode | ResetByLink, options?: ProviderCall & Replacing): Result<ResetOutcome>
  parseResetLink(url: string): E.Either<UserError, ResetLink>
  /** Needs capability `forgotUsername`. */
  forgotUsername(input: { readonly email: string }, options?: ProviderCall): Result<void>
  /** Needs capability `usernameExists`. */
  usernameExists(username: string, options?: ProviderCall): Result<boolean>
  /** Needs capability `findUser`. `null` where nobody is found. Fails with `NotSignedIn`. */
  findUser(identifier: SignIn['identifier'], options?: ProviderCall): Result<PublicUser | null>
  /** Removes the active user for good. Needs capability `deleteUser`. Fails with `InvalidCredentials` where a password is needed and wrong. */
  deleteUser(input?: { readonly password?: string }, options?: ProviderCall): Result<void>
  /** The anonymous user that waits for `completeMerge` or `abortMerge`; it survives a restart. */
  pendingMerge(): Result<PendingMerge | null>
  /** Copies what the anonymous user had to the account, then removes the anonymous user. May be repeated until it succeeds. */
  completeMerge(choice?: MergeChoice, options?: ProviderCall): Result<User>
  /** Signs the account out and makes the anonymous user the active one again. */
  abortMerge(options?: ProviderCall): Result<User>
}

/** The provider of a vendor that is known at compile time: what it lacks cannot be called. */
export type UserProviderOf<C extends Capabilities> = Narrowed<UserProvider, C>

export interface ProviderOptions extends KernelOptions {
  /** Milliseconds that an operation may take where the call does not say (default 30,000). */
  readonly deadline?: number
  /** Never tells whether a user exists: `UserNotFound` becomes `InvalidCredentials`. */
  readonly enumerationSafe?: boolean
}

// How long a provider waits beyond the deadline of the backend: for its store.
const grace = 6_000

const sameText = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && left.toLowerCase() === right.toLowerCase()

const isAbout = (user: User, { identifier }: Pick<ResetRequest, 'identifier'>): boolean =>
  ('id' in identifier && identifier.id === user.id) ||
  (identifier.username !== undefined && identifier.username === user.username) ||
  sameText(identifier.email, user.email?.address) ||
  (identifier.phone !== undefined && identifier.phone === user.phone?.address)

const toCopy = (choice: MergeChoice['copy'], anonymous: User, account: User): ProfileChange => {
  if (typeof choice === 'function') return choice(anonymous, account)
  if (choice === 'none') return {}
  const wanted = Object.entries(anonymous.attributes).filter(([name]) => choice === 'all' || !Object.hasOwn(account.attributes, name))
  return wanted.length === 0 ? {} : { set: Object.fromEntries(wanted) }
}

/** Gives a stateless backend an active user. */
export const createProvider = <C extends Capabilities>(narrow: object, options: ProviderOptions = {}): UserProviderOf<C> => {
  const backend = narrow as UserBackend
  const kernel = new SessionKernel(backend.vendor, options)
  const ownDeadline = options.deadline ?? defaultDeadline
  let refreshing: { readonly of: Session; readonly work: SharedWork<User> } | undefined
  let renewing: { readonly of: Session; readonly outcome: Promise<E.Either<UserError, SignedIn>> } | undefined

  const at = (operation: string): At => ({ vendor: backend.vendor, operation })

  const safe = (error: UserError): UserError => {
    if (options.enumerationSafe !== true || (error._tag !== 'UserNotFound' && error._tag !== 'InvalidCredentials')) return error
    // Without code and status, which differ between the two.
    return userError('InvalidCredentials', error, {})
  }

  const detached = async (): Promise<CallOptions> => ({
    deadline: ownDeadline,
    keep: (session) => kernel.keep(session),
    ...(backend.usesDevice === true ? { device: await kernel.device() } : {}),
  })

  const callOptions = async ({ signal, remaining }: Running): Promise<CallOptions> => ({
    ...(await detached()),
    signal,
    // Counted anew for each call: an operation of several ends in time as a whole.
    get deadline() {
      return Math.max(1, remaining() - grace)
    },
  })

  type Step<A> = (held: Held | null, options: CallOptions, running: Running) => Promise<E.Either<UserError, A>>

  const run = <A>(name: string, { signal, deadline = ownDeadline }: ProviderCall, step: Step<A>): Result<A> =>
    pipe(
      withDeadline<A>(at(name), { signal, deadline: deadline + grace }, (running) => async () => {
        const loaded = await kernel.load()
        return E.isLeft(loaded) ? loaded : step(loaded.right, await callOptions(running), running)
      }),
      // The operation that the app knows, not the one of the backend that it came from.
      TE.mapLeft((error) => ({ ...safe(error), operation: name })),
    )

  /** What the vendor lacks is refused before anything else is looked at. */
  const offered = <A>(name: string, result: Result<A>): Result<A> => {
    const refused = lacking(backend.vendor, backend.capabilities, name)
    return refused === undefined ? result : TE.left(refused)
  }

  const operation = <A>(name: string, call: ProviderCall, step: Step<A>): Result<A> => offered(name, run(name, call, step))

  /** An operation that changes the session: they run one after the other, so that none works on a session another one replaced. */
  const inTurn = <A>(name: string, { signal, deadline = ownDeadline }: ProviderCall, step: Step<A>): Result<A> =>
    offered(
      name,
      withDeadline<A>(
        at(name),
        { signal, deadline: deadline + grace },
        (running) => () =>
          kernel.inTurn(async () => {
            const left = running.remaining() - grace
            return left <= 0 ? E.left(userError('Timeout', at(name), {})) : run(name, { signal: running.signal, deadline: left }, step)()
          }),
      ),
    )

  /** Waits for what others wait for too. Whoever gives up does so alone: the work goes on. */
  const joined = <A>(
    name: string,
    { signal, deadline }: CallOptions,
    work: Promise<E.Either<UserError, A>>,
  ): Promise<E.Either<UserError, A>> => withDeadline<A>(at(name), { signal, deadline }, () => () => work)()

  const signedInOnly =
    <A>(name: string, step: (held: Held, options: CallOptions, running: Running) => Promise<E.Either<UserError, A>>): Step<A> =>
    (held, callWith, running) =>
      held === null ? Promise.resolve(E.left(userError('NotSignedIn', at(name), {}))) : step(held, callWith, running)

  const fresh = ({ user, session }: SignedIn): Omit<Held, 'stored'> => ({
    user,
    session,
    fetchedAt: new Date().toISOString(),
    stale: false,
  })

  const expire = async (held: Held): Promise<void> => {
    if (kernel.held?.session !== held.session) return
    if (held.session.kind === 'anonymous') await kernel.keepLost(held.session)
    await kernel.commit(null, 'expired')
  }

  const isActive = ({ user }: Held): boolean => kernel.held?.user.id === user.id

  const isDead = (answer: E.Either<UserError, unknown>): boolean => E.isLeft(answer) && answer.left._tag === 'SessionExpired'

  const renewNow = async (session: Session): Promise<E.Either<UserError, SignedIn>> => {
    const callWith = await detached()
    // Once stored, another session in the store is newer than this one. One that never got there is not.
    const stored = kernel.held?.stored === true ? await kernel.storedInstead(session) : undefined
    const known = stored === undefined ? undefined : await backend.fetchUser(stored, callWith)()
    const renewed = known === undefined || isDead(known) ? await backend.renewSession(stored ?? session, callWith)() : known
    if (E.isRight(renewed)) await kernel.renewed(session, renewed.right.session)
    return renewed
  }

  /**
   * One renewal at a time: a refresh token that is used twice would end the session. Nobody who gives up ends it either,
   * since the old session may be dead already and the new one on its way.
   */
  const renew = (session: Session): Promise<E.Either<UserError, SignedIn>> => {
    if (renewing?.of === session) return renewing.outcome
    const mine = {
      of: session,
      outcome: renewNow(session).finally(() => {
        if (renewing === mine) renewing = undefined
      }),
    }
    renewing = mine
    return mine.outcome
  }

  /** Calls with the session; a dead one is renewed once, where it can be, and ends the active user where it cannot. */
  const withSession = async <A>(
    held: Held,
    callWith: CallOptions,
    call: (session: Session) => Result<A>,
  ): Promise<E.Either<UserError, A>> => {
    const answer = await call(held.session)()
    if (E.isRight(answer) || answer.left._tag !== 'SessionExpired') return answer
    const current = kernel.held
    if (current && current.session !== held.session && isActive(held)) return call(current.session)()
    const renewed = await joined(answer.left.operation, callWith, renew(held.session))
    if (E.isRight(renewed)) return call(renewed.right.session)()
    if (renewed.left._tag === 'SessionExpired') await expire(held)
    return E.left({ ...renewed.left, operation: answer.left.operation })
  }

  /** May somebody else sign in now? `undefined`: yes. */
  const obstacle = (name: string, held: Held | null, { replace, anonymous }: Replacing): UserError | undefined => {
    if (held === null) return undefined
    if (held.user.kind === 'registered') return replace === true ? undefined : userError('AlreadySignedIn', at(name), {})
    if (anonymous === 'discard') return undefined
    if (anonymous === undefined) return userError('WouldLoseAnonymousUser', at(name), {})
    return anonymous.anonymousId === held.user.id && anonymous.vendor === backend.vendor
      ? undefined
      : userError('InvalidInput', at(name), { field: 'anonymous', rule: 'must be the merge ticket of the active anonymous user' })
  }

  /** Makes way: an anonymous user that a ticket names is set aside before anything takes its place. */
  const makeWay = async (name: string, held: Held | null, { anonymous }: Replacing): Promise<UserError | undefined> => {
    if (held?.user.kind !== 'anonymous' || anonymous === 'discard' || anonymous === undefined) return undefined
    return (await kernel.setAside(held))
      ? undefined
      : userError('Unavailable', at(name), {
          message: 'The anonymous user could not be set aside in the session store, so nobody was signed in.',
        })
  }

  /** Makes a new session the active one, unless the app gave up meanwhile or another tab brought in somebody who must not be lost. */
  const enter = async (
    name: string,
    signedIn: SignedIn,
    reason: ChangeReason,
    choice: Replacing,
    { signal }: Running,
  ): Promise<E.Either<UserError, User>> => {
    if (signal.aborted) return E.left(userError('Cancelled', at(name), {}))
    const active = kernel.held ?? null
    const blocked = obstacle(name, active, choice) ?? (await makeWay(name, active, choice))
    if (blocked !== undefined) return E.left(reason === 'signedUp' ? { ...blocked, accountCreated: true } : blocked)
    await kernel.commit(fresh(signedIn), reason)
    return E.right(signedIn.user)
  }

  const entrance =
    <I>(name: 'signUp' | 'signIn', reason: ChangeReason, call: (input: I, options: CallOptions) => Result<SignedIn>) =>
    (input: I, choice: ProviderCall & Replacing = {}): Result<User> =>
      inTurn(name, choice, async (held, callWith, running) => {
        const refused = obstacle(name, held, choice)
        if (refused !== undefined) return E.left(refused)
        const answer = await call(input, callWith)()
        return E.isLeft(answer) ? answer : enter(name, answer.right, reason, choice, running)
      })

  const fetchNow = async (held: Held, callWith: CallOptions, reason: ChangeReason): Promise<E.Either<UserError, User>> => {
    const revision = kernel.revision
    let used = held.session
    const answer = await withSession(held, callWith, (session) => {
      used = session
      return backend.fetchUser(session, callWith)
    })
    if (E.isLeft(answer)) return answer
    const now = kernel.held
    if (!now || now.user.id !== held.user.id) return E.left(userError('Cancelled', at(reason === 'restored' ? 'restore' : 'refresh'), {}))
    if (now.session !== used || kernel.revision !== revision) return E.right(now.user)
    await kernel.commit(fresh(answer.right), reason)
    return E.right(answer.right.user)
  }

  const updated = (
    name: string,
    reason: ChangeReason,
    call: (session: Session, callWith: CallOptions) => Result<SignedIn>,
    choice: ProviderCall,
  ): Result<User> =>
    inTurn(
      name,
      choice,
      signedInOnly(name, async (held, callWith) => {
        const answer = await withSession(held, callWith, (session) => call(session, callWith))
        if (E.isLeft(answer)) return answer
        if (!isActive(held)) return E.left(userError('Cancelled', at(name), {}))
        await kernel.commit(fresh(answer.right), reason)
        return E.right(answer.right.user)
      }),
    )

  const endAnonymousOf = async (aside: Held, callWith: CallOptions): Promise<E.Either<UserError, void>> => {
    const removed = await backend.deleteUser({}, aside.session, callWith)()
    const gone = E.isLeft(removed) && (removed.left._tag === 'SessionExpired' || removed.left._tag === 'UserNotFound')
    return gone ? E.right(undefined) : removed
  }

  const noMerge = (name: string): UserError =>
    userError('InvalidInput', at(name), { field: 'merge', rule: 'no anonymous user is set aside: sign in with a merge ticket first' })

  const provider: UserProvider = {
    vendor: backend.vendor,
    capabilities: backend.capabilities,
    rules: backend.rules,
    state: () => kernel.state(),
    activeUser: () => (kernel.held === undefined ? undefined : (kernel.held?.user ?? null)),
    subscribe: (listener) => kernel.subscribe(listener),
    close: () => kernel.close(),

    restore: (call = {}) =>
      inTurn('restore', call, async (held, callWith) => {
        // Only the server's word ends a session: without it the stored user stays, marked stale.
        if (held?.stale === true) await fetchNow(held, callWith, 'restored')
        kernel.announce()
        return E.right(kernel.held?.user ?? null)
      }),

    refresh: (call = {}) =>
      operation(
        'refresh',
        call,
        signedInOnly('refresh', (held, callWith) => {
          const { deadline = ownDeadline } = callWith
          if (refreshing?.of !== held.session || !refreshing.work.isOpenTo(deadline)) {
            const fetch = shareWork(deadline, (limits) => fetchNow(held, { ...callWith, ...limits }, 'refreshed'))
            refreshing = { of: held.session, work: fetch }
          }
          return refreshing.work.join(at('refresh'), callWith)
        }),
      ),

    signUp: entrance('signUp', 'signedUp', backend.signUp),
    signIn: entrance('signIn', 'signedIn', backend.signIn),

    signInAnonymously: (profile = {}, call = {}) =>
      inTurn('signInAnonymously', call, async (held, callWith) => {
        const name = 'signInAnonymously'
        const active = held ?? (await kernel.lookAgain())
        if (active?.user.kind === 'registered') return E.left(userError('AlreadySignedIn', at(name), {}))
        if (active?.stored === true) return E.right(active.user)
        const aside = await kernel.aside()
        if (E.isLeft(aside)) return aside
        const known = held ?? aside.right
        const answer = known === null ? await backend.signInAnonymously(profile, callWith)() : E.right(known)
        if (E.isLeft(answer)) {
          await kernel.unkeep()
          return answer
        }
        if (known === null && kernel.held) {
          // Another tab was quicker: its user has been in use, this one has not.
          await kernel.unkeep()
          return kernel.held.user.kind === 'anonymous' ? E.right(kernel.held.user) : E.left(userError('AlreadySignedIn', at(name), {}))
        }
        const { stored } = await kernel.commit(known ?? fresh(answer.right), 'signedIn')
        if (!stored) {
          const message =
            'The anonymous user exists and is active, but its only credential could not be stored. Call signInAnonymously again once the store works.'
          return E.left(userError('Unavailable', at(name), { message }))
        }
        if (held === null && known !== null) await kernel.dropAside()
        return E.right(answer.right.user)
      }),

    signOut: (choice = {}) =>
      inTurn('signOut', choice, async (held, callWith) => {
        if (held === null) return E.right({ server: 'local' as const })
        if (held.user.kind === 'anonymous' && choice.discardAnonymous !== true)
          return E.left(userError('WouldLoseAnonymousUser', at('signOut'), {}))
        await kernel.commit(null, 'signedOut')
        const told = await backend.signOut(held.session, callWith)()
        return E.right(E.isRight(told) ? told.right : { server: 'failed' as const })
      }),

    updateProfile: (change, call = {}) =>
      updated('updateProfile', 'updated', (session, callWith) => backend.updateProfile(change, session, callWith), call),

    upgrade: (input, call = {}) =>
      inTurn(
        'upgrade',
        call,
        signedInOnly('upgrade', async (held, callWith) => {
          if (held.user.kind !== 'anonymous') return E.left(userError('NotAnonymous', at('upgrade'), {}))
          const answer = await withSession(held, callWith, (session) => backend.upgrade(input, session, callWith))
          if (!isActive(held) && !isDead(answer)) return E.left(userError('Cancelled', at('upgrade'), {}))
          if (E.isRight(answer)) {
            const { session, ...upgraded } = answer.right
            await kernel.commit(fresh(answer.right), 'upgraded')
            return E.right(upgraded)
          }
          const error = answer.left
          await kernel.unkeep()
          if (error._tag !== 'IdentifierTaken') return answer
          const mergeTicket: MergeTicket = {
            type: 'merge',
            vendor: backend.vendor,
            anonymousId: held.user.id,
            ...(error.identifier ? { identifier: error.identifier } : {}),
          }
          return E.left({ ...error, mergeTicket })
        }),
      ),

    changePassword: (input, call = {}) =>
      updated('changePassword', 'updated', (session, callWith) => backend.changePassword(input, session, callWith), call),

    requestPasswordReset: (input, call = {}) =>
      inTurn('requestPasswordReset', call, async (held, callWith) => {
        const answer = await backend.requestPasswordReset(input, callWith)()
        const active = held !== null && isActive(held) ? held.user : undefined
        if (E.isRight(answer) && answer.right.sessionsEnd === 'at-request' && active?.kind === 'registered' && isAbout(active, input)) {
          await kernel.commit(null, 'revokedByReset')
        }
        return answer
      }),

    completePasswordReset: (input, choice = {}) =>
      inTurn('completePasswordReset', choice, async (held, callWith, running) => {
        const name = 'completePasswordReset'
        const { ticket } = (input ?? {}) as Partial<ResetByCode>
        const refused = ticket?.signsIn === true ? obstacle(name, held, choice) : undefined
        if (refused !== undefined) return E.left(refused)
        const answer = await backend.completePasswordReset(input, callWith)()
        if (E.isLeft(answer)) return answer
        const { temporaryPasswordDelivered, signedIn } = answer.right
        if (signedIn !== undefined) {
          return E.map((user: User) => ({ temporaryPasswordDelivered, user }))(await enter(name, signedIn, 'signedIn', choice, running))
        }
        const active = held !== null && isActive(held) ? held.user : undefined
        const ended = ticket?.sessionsEnd === 'at-completion' && active?.kind === 'registered' && isAbout(active, ticket)
        if (ended) await kernel.commit(null, 'revokedByReset')
        return E.right({ temporaryPasswordDelivered, user: null })
      }),

    parseResetLink: (url) => backend.parseResetLink(url),

    forgotUsername: (input, call = {}) => operation('forgotUsername', call, (_, callWith) => backend.forgotUsername(input, callWith)()),
    usernameExists: (username, call = {}) =>
      operation('usernameExists', call, (_, callWith) => backend.usernameExists(username, callWith)()),

    findUser: (identifier, call = {}) =>
      operation('findUser', call, async (held, callWith) => {
        if (held === null) return E.left(userError('NotSignedIn', at('findUser'), {}))
        let used = held.session
        const answer = await withSession(held, callWith, (session) => {
          used = session
          return backend.findUser(identifier, session, callWith)
        })
        if (E.isLeft(answer)) return answer
        await kernel.renewed(used, answer.right.session)
        return E.right(answer.right.user)
      }),

    deleteUser: (input = {}, call = {}) =>
      inTurn(
        'deleteUser',
        call,
        signedInOnly('deleteUser', async (held, callWith) => {
          const answer = await withSession(held, callWith, (session) => backend.deleteUser(input, session, callWith))
          if (E.isRight(answer) && isActive(held)) await kernel.commit(null, 'deleted')
          return answer
        }),
      ),

    pendingMerge: () =>
      operation('pendingMerge', {}, async () => {
        const aside = await kernel.aside()
        if (E.isLeft(aside)) return aside
        if (aside.right === null) return E.right(null)
        const { user } = aside.right
        return E.right({ ticket: { type: 'merge' as const, vendor: backend.vendor, anonymousId: user.id }, anonymous: user })
      }),

    completeMerge: (choice = {}, call = {}) =>
      inTurn(
        'completeMerge',
        call,
        signedInOnly('completeMerge', async (held, callWith) => {
          if (choice.keepAnonymous !== true && backend.capabilities.deleteUser === false) {
            return E.left(
              userError('Unsupported', at('completeMerge'), {
                capability: 'deleteUser',
                instead: 'completeMerge({ keepAnonymous: true })',
              }),
            )
          }
          const aside = await kernel.aside()
          if (E.isLeft(aside)) return aside
          if (aside.right === null) return E.left(noMerge('completeMerge'))
          const change = toCopy(choice.copy, aside.right.user, held.user)
          let active = held.user
          if (Object.keys(change).length > 0) {
            const copied = await withSession(held, callWith, (session) => backend.updateProfile(change, session, callWith))
            if (E.isLeft(copied)) return copied
            if (!isActive(held)) return E.left(userError('Cancelled', at('completeMerge'), {}))
            await kernel.commit(fresh(copied.right), 'updated')
            active = copied.right.user
          }
          if (choice.keepAnonymous !== true) {
            const ended = await endAnonymousOf(aside.right, callWith)
            if (E.isLeft(ended)) return ended
          }
          await kernel.dropAside()
          return E.right(active)
        }),
      ),

    abortMerge: (call = {}) =>
      inTurn('abortMerge', call, async (held, callWith) => {
        const aside = await kernel.aside()
        if (E.isLeft(aside)) return aside
        if (aside.right === null) return E.left(noMerge('abortMerge'))
        const { stored } = await kernel.commit(aside.right, 'signedIn')
        if (stored) await kernel.dropAside()
        if (held !== null) await backend.signOut(held.session, callWith)()
        return E.right(aside.right.user)
      }),
  }
  return provider as unknown as UserProviderOf<C>
}
