import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import { defaultDeadline, longestTimer, type Running, withDeadline } from '../deadline.js'
import { lacking } from '../define-backend.js'
import { type At, type UserError, userError } from '../errors.js'
import { defined } from '../fields.js'
import { inTheEnd } from '../outcome.js'
import { withRenewals } from '../renewals.js'
import type { Result } from '../result.js'
import { SessionKernel } from '../session-kernel.js'
import type { Held } from '../session-storage.js'
import type { Session, User } from '../user.js'
import type { CallOptions, SignedIn, UserBackend } from '../user-backend.js'
import type { ProviderCall, ProviderOptions } from '../user-provider.js'

export type Outcome<A> = Promise<E.Either<UserError, A>>

/** The options of the next call of the backend. Made anew for each, since of the time of an operation there is less every time. */
export type CallWith = () => CallOptions

/**
 * One step of an operation: who is active when it begins, the limits it must keep, and whom the app meant: who was active when it called,
 * or, where nobody was, who is active now.
 */
export type Step<A> = (held: Held | null, callWith: CallWith, running: Running, meant: Held | null) => Outcome<A>

type SignedInStep<A> = (held: Held, callWith: CallWith, running: Running) => Outcome<A>

/** What the operations of a provider are made of: the backend, the kernel, and the ways to run a step. */
export interface ActiveSession {
  readonly backend: UserBackend
  readonly kernel: SessionKernel
  readonly ownDeadline: number
  readonly at: (operation: string) => At
  /** Runs a step beside others. */
  readonly operation: <A>(name: string, call: ProviderCall, step: Step<A>) => Result<A>
  /** Runs a step that changes the session: one after the other, so that none works on a session another one replaced. */
  readonly inTurn: <A>(name: string, call: ProviderCall, step: Step<A>) => Result<A>
  /** A step for the user whom the app meant; `NotSignedIn` where nobody is active, `Cancelled` where somebody else is. */
  readonly signedInOnly: <A>(name: string, step: SignedInStep<A>) => Step<A>
  /** Calls with the session; a dead one is renewed once, where it can be, and ends the active user where it cannot. */
  readonly withSession: <A>(held: Held, callWith: CallWith, call: (session: Session, options: CallOptions) => Result<A>) => Outcome<A>
  /** The same for a refresh itself, which no refresh is waited for. */
  readonly withRenewal: ActiveSession['withSession']
  /** The refresh that was begun last, and the session that it was begun with. */
  readonly lastRefresh: { of?: Session; work?: Promise<unknown> }
  readonly isActive: (held: Held) => boolean
  readonly fresh: (signedIn: SignedIn) => Omit<Held, 'stored'>
  /** An operation that changes the active user and answers with it. */
  readonly change: (name: string, call: ProviderCall, ask: (session: Session, options: CallOptions) => Result<SignedIn>) => Result<User>
  /** An operation that ends with a value and perhaps a renewed session. */
  readonly ask: <A extends { readonly session: Session }>(
    name: string,
    call: ProviderCall,
    ask: (session: Session, options: CallOptions) => Result<A>,
  ) => Result<A>
}

// How long a provider waits beyond the deadline of the backend: for its store.
const grace = 6_000

const anotherUser = 'Somebody else signed in after this was called, so nothing was done.'

export const isDead = (answer: E.Either<UserError, unknown>): boolean => E.isLeft(answer) && answer.left._tag === 'SessionExpired'

export const activeSession = (backend: UserBackend, options: ProviderOptions): ActiveSession => {
  const kernel = new SessionKernel(backend.vendor, options)
  const ownDeadline = options.deadline ?? defaultDeadline
  let keptByRenewal: Session | undefined
  let renewing: { readonly of: Session; readonly outcome: Outcome<SignedIn> } | undefined

  const at = (operation: string): At => ({ vendor: backend.vendor, operation })

  const safe = (error: UserError): UserError => {
    if (options.enumerationSafe !== true || (error._tag !== 'UserNotFound' && error._tag !== 'InvalidCredentials')) return error
    const { accountCreated, carriedOut } = error
    // Without code and status, which differ between the two.
    return userError('InvalidCredentials', error, defined({ accountCreated, carriedOut }))
  }

  const keep = (session: Session): Promise<void> => kernel.keep(session)
  const renewed = (session: Session, before: Session): Promise<void> => kernel.renewed(before, session)

  const run = <A>(name: string, { signal, deadline = ownDeadline }: ProviderCall, step: Step<A>, meant: Held | null = null): Result<A> => {
    const begin = async (running: Running): Outcome<A> => {
      const loaded = kernel.held === undefined ? await kernel.load() : E.right(kernel.held)
      if (E.isLeft(loaded)) return loaded
      const device = backend.usesDevice ? await kernel.storage.device() : undefined
      // The operation's own signal, so that what the backend was at when the app gave up is known here.
      const limits = (): CallOptions => ({
        signal: running.signal,
        keep,
        renewed,
        device,
        deadline: Math.max(1, running.remaining() - grace),
      })
      return step(loaded.right, limits, running, meant ?? loaded.right)
    }
    return withDeadline<A>(at(name), { signal, deadline: deadline + grace }, (running) => async () => {
      const outcome = await begin(running)
      // The operation that the app knows, not the one of the backend that it came from.
      return E.isRight(outcome) ? outcome : E.left({ ...safe(outcome.left), operation: name })
    })
  }

  /** What the vendor lacks is refused before anything else is looked at. */
  const offered = <A>(name: string, result: Result<A>): Result<A> => {
    const refused = lacking(backend.vendor, backend.capabilities, name)
    return refused === undefined ? result : TE.left(refused)
  }

  const operation: ActiveSession['operation'] = (name, call, step) => offered(name, run(name, call, step))

  /** Runs work when its turn has come; where that is not in time, it is over without having begun. */
  const whenFree = <A>(name: string, deadline: number, work: () => Outcome<A>): Outcome<A> =>
    new Promise((resolve) => {
      const late = (): void => resolve(E.left(userError('Timeout', at(name), {})))
      const timer = setTimeout(late, Math.min(deadline, longestTimer))
      void kernel.turns
        .run(() => {
          clearTimeout(timer)
          return work()
        })
        .then(resolve)
    })

  /** Its time runs while it waits too. */
  const waiting = <A>(name: string, { signal, deadline = ownDeadline }: ProviderCall, step: Step<A>): Result<A> =>
    withDeadline<A>(at(name), { signal, deadline: deadline + grace }, (running) => () => {
      const active = kernel.load()
      return whenFree(name, deadline, async () => {
        const meant = E.getOrElse((): Held | null => null)(await active)
        const left = running.remaining() - grace
        return left <= 0 ? E.left(userError('Timeout', at(name), {})) : run(name, { signal: running.signal, deadline: left }, step, meant)()
      })
    })

  const inTurn: ActiveSession['inTurn'] = (name, call, step) =>
    offered(name, () => (kernel.turns.areFree ? kernel.turns.run(run(name, call, step)) : waiting(name, call, step)()))

  /** Waits for what others wait for too. Whoever gives up does so alone: the work goes on. */
  const joined = <A>(name: string, { signal, deadline }: CallOptions, work: Outcome<A>): Outcome<A> =>
    withDeadline<A>(at(name), { signal, deadline }, () => () => work)()

  const isActive = ({ user }: Held): boolean => kernel.isActive(user.id)

  const signedInOnly: ActiveSession['signedInOnly'] = (name, step) => async (held, callWith, running, meant) => {
    if (held === null) return E.left(userError('NotSignedIn', at(name), {}))
    const isAnother = meant !== null && !isActive(meant)
    return isAnother ? E.left(userError('Cancelled', at(name), { message: anotherUser })) : step(held, callWith, running)
  }

  const expire = async (held: Held): Promise<void> => {
    if (kernel.held?.session !== held.session) return
    // Where its last trace cannot be stored, the next one who hears of the end tries again.
    if (held.session.kind === 'anonymous' && !(await kernel.storage.keepLost(held.session))) return
    await kernel.takeUpSuccessor(held.session)
    if (kernel.held?.session === held.session) await kernel.commit(null, 'expired')
  }

  const renewNow = async (session: Session): Outcome<SignedIn> => {
    const noted = (kept: Session): Promise<void> => {
      keptByRenewal = kept
      return kernel.keep(kept)
    }
    const limits = { deadline: ownDeadline, keep: noted, device: backend.usesDevice ? await kernel.storage.device() : undefined }
    /** What another tab made of it. Once stored, another session in the store is newer than this one. One that never got there is not. */
    const byAnother = async (old: Session): Promise<E.Either<UserError, SignedIn> | undefined> => {
      const stored = kernel.held?.stored === true ? await kernel.storedInstead(old) : undefined
      if (stored === undefined) return undefined
      const known = await backend.fetchUser(stored, limits)()
      return isDead(known) ? byUs(stored) : known
    }
    const byUs = async (old: Session): Outcome<SignedIn> => {
      const answer = await backend.renewSession(old, limits)()
      if (!isDead(answer)) return answer
      // Perhaps another tab has used up the means to renew it, and is about to store what it got.
      await kernel.othersMayStore()
      return (await byAnother(old)) ?? answer
    }
    const renewed = (await byAnother(session)) ?? (await byUs(session))
    if (E.isLeft(renewed)) return renewed
    const now = renewed.right
    await kernel.renewed(session, now.session, keptByRenewal)
    // The session may have moved to another id: who is active must not wait for the next answer that holds a user.
    const isMoved = now.user.id !== session.userId && kernel.held?.session === now.session && kernel.kept === undefined
    if (isMoved) await kernel.commit(fresh(now), 'refreshed')
    return renewed
  }

  /**
   * One renewal at a time: a refresh token that is used twice would end the session. Nobody who gives up ends it either,
   * since the old session may be dead already and the new one on its way.
   */
  const renew = (session: Session): Outcome<SignedIn> => {
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

  const lastRefresh: ActiveSession['lastRefresh'] = {}

  const calling =
    (refreshOf: (session: Session) => Promise<unknown> | undefined): ActiveSession['withSession'] =>
    async <A>(held: Held, callWith: CallWith, call: (session: Session, options: CallOptions) => Result<A>) => {
      const answer = await call(held.session, callWith())()
      if (E.isRight(answer) || answer.left._tag !== 'SessionExpired') return answer
      const { operation: name, carriedOut } = answer.left
      const refresh = refreshOf(held.session)
      if (refresh !== undefined) {
        // It may have used up the means to renew the session, and bring what takes its place.
        const waited = await joined(name, callWith(), refresh.then(E.right))
        if (E.isLeft(waited)) return carriedOut ? answer : waited
      }
      const again = (session: Session): Outcome<A> => (carriedOut ? Promise.resolve(answer) : call(session, callWith())())
      const current = kernel.held
      if (current && current.session !== held.session && isActive(held)) return again(current.session)
      const renewed = await joined(name, callWith(), renew(held.session))
      if (E.isRight(renewed)) return again(renewed.right.session)
      // What kept the session from being renewed may pass, but does not make the operation one to try again.
      if (renewed.left._tag !== 'SessionExpired') return carriedOut ? answer : renewed
      await expire(held)
      // The server's own word, with its code.
      return answer
    }

  const withSession = calling((session) => (lastRefresh.of === session ? lastRefresh.work : undefined))
  const withRenewal = calling(() => undefined)

  const fresh: ActiveSession['fresh'] = ({ user, session }) => ({ user, session, fetchedAt: new Date().toISOString(), stale: false })

  const change: ActiveSession['change'] = (name, call, request) =>
    inTurn(
      name,
      call,
      signedInOnly(name, async (held, callWith, running) => {
        let used = held.session
        const answer = await withSession(held, callWith, (session, options) => {
          used = session
          return request(session, options)
        })
        if (E.isLeft(answer)) return answer
        running.carriedOut({})
        const now = await kernel.lookAgain()
        if (now === null || !isActive(held)) return E.left(inTheEnd(userError('Cancelled', at(name), {}), {}))
        const { user, session } = answer.right
        await kernel.commit(fresh({ user, session: withRenewals(used, now.session, session) }), 'updated')
        return E.right(answer.right.user)
      }),
    )

  const ask: ActiveSession['ask'] = (name, call, request) =>
    operation(
      name,
      call,
      signedInOnly(name, async (held, callWith) => {
        let used = held.session
        const answer = await withSession(held, callWith, (session, options) => {
          used = session
          return request(session, options)
        })
        if (E.isRight(answer)) await kernel.renewed(used, answer.right.session)
        return answer
      }),
    )

  return {
    backend,
    kernel,
    ownDeadline,
    at,
    operation,
    inTurn,
    signedInOnly,
    withSession,
    withRenewal,
    lastRefresh,
    isActive,
    fresh,
    change,
    ask,
  }
}
