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
import { fresh, type Renewing, renewing } from './renewing.js'
import type { Outcome, SignedInStep, Step } from './step.js'

/** What the operations of a provider are made of: the backend, the kernel, and the ways to run a step. */
export interface ActiveSession extends Renewing {
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

export const activeSession = (backend: UserBackend, options: ProviderOptions): ActiveSession => {
  const kernel = new SessionKernel(backend.vendor, options)
  const ownDeadline = options.deadline ?? defaultDeadline

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

  const isActive = ({ user }: Held): boolean => kernel.isActive(user.id)

  const renewals = renewing(backend, kernel, ownDeadline)
  const { withSession } = renewals

  const signedInOnly: ActiveSession['signedInOnly'] = (name, step) => async (held, callWith, running, meant) => {
    if (held === null) return E.left(userError('NotSignedIn', at(name), {}))
    const isAnother = meant !== null && !isActive(meant)
    return isAnother ? E.left(userError('Cancelled', at(name), { message: anotherUser })) : step(held, callWith, running)
  }

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
    ...renewals,
    isActive,
    fresh,
    change,
    ask,
  }
}
