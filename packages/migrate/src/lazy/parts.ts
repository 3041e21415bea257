import {
  type At,
  type CallOptions,
  type Result,
  type Session,
  type UserBackend,
  type UserError,
  userError,
  withDeadline,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { MoveLedger } from './move-ledger.js'
import type { NewPasswords } from './new-passwords.js'
import type { Moved, Settings } from './settings.js'
import type { Throttle } from './throttle.js'
import type { Notes } from './travelling-session.js'

export type Outcome<A> = Promise<E.Either<UserError, A>>

/** What the operations of a move are made of. */
export interface Parts {
  readonly to: UserBackend
  /** Where the users come from, behind a breaker. */
  readonly source: UserBackend
  readonly ledger: MoveLedger | undefined
  readonly settings: Settings
  readonly throttle: Throttle
  readonly newPasswords: NewPasswords
  /** A session of the source as it is kept by whoever calls. */
  readonly travels: (session: Session, notes?: Notes) => Session
  readonly moved: (moved: Moved) => void
  readonly problem: (problem: UserError) => void
  /** What the store of the app holds now: another tab may have been quicker. */
  readonly stored: () => Promise<Session | undefined>
}

// The vendors' own deadlines end first, and say more.
const grace = 1_000

/** Runs an operation of several requests within the time that is given for all of them. */
export const within = <A>(
  { to, settings }: Pick<Parts, 'to' | 'settings'>,
  operation: string,
  options: CallOptions,
  run: (call: CallOptions) => Outcome<A>,
): Result<A> => {
  const at: At = { vendor: to.vendor, operation }
  const { signal, deadline = settings.deadline } = options
  return pipe(
    withDeadline<A>(at, { signal, deadline: deadline + grace }, ({ remaining, signal: ours }) => () => {
      const call: CallOptions = {
        ...options,
        // So that what was under way when the app gave up is known here.
        signal: ours,
        // Counted anew for each request.
        get deadline() {
          return Math.max(1, remaining() - grace)
        },
      }
      return run(call)
    }),
    TE.mapLeft((error) => ({ ...error, operation })),
  )
}

// What says nothing about the user who waits, only that the source cannot be asked.
const silent = new Set<UserError['_tag']>(['Network', 'Timeout', 'Unavailable', 'Protocol', 'OutcomeUnknown'])

const notAnswered = 'The service that the users come from does not answer, so nothing was done. Try again.'

interface Limited<A> {
  readonly answer: E.Either<UserError, A>
  /** The time was ours, not that of whoever waits. */
  readonly isOurs: boolean
}

const limited = async <A>(
  settings: Parts['settings'],
  { signal, device, deadline = settings.deadline }: CallOptions,
  question: (call: CallOptions) => Result<A>,
): Promise<Limited<A>> => {
  const isOurs = deadline > settings.patience
  const call = { signal, ...(device === undefined ? {} : { device }), deadline: isOurs ? settings.patience : deadline }
  return { answer: await question(call)(), isOurs }
}

/** Asks the source something before anything else was asked, for a limited time: whether it or the connection is down cannot be told. */
export const askFirst = async <A>(
  { settings }: Pick<Parts, 'settings'>,
  options: CallOptions,
  question: (call: CallOptions) => Result<A>,
): Outcome<A> => (await limited(settings, options, question)).answer

/** Asks the source something once the target has answered, for a limited time. Without an answer it is `Unavailable`. */
export const ask = async <A>(
  { source, settings }: Pick<Parts, 'source' | 'settings'>,
  options: CallOptions,
  question: (call: CallOptions) => Result<A>,
): Outcome<A> => {
  const { answer, isOurs } = await limited(settings, options, question)
  if (E.isRight(answer) || !silent.has(answer.left._tag) || (answer.left._tag === 'Timeout' && !isOurs)) return answer
  const { operation } = answer.left
  return E.left(userError('Unavailable', { vendor: source.vendor, operation }, { message: notAnswered }))
}

/** What an operation is refused with before any request; `undefined` where it would go out. */
export const refusedAtOnce = async (call: (options: CallOptions) => Result<unknown>): Promise<E.Either<UserError, never> | undefined> => {
  const answer = await call({ signal: AbortSignal.abort() })()
  return E.isLeft(answer) && answer.left._tag !== 'Cancelled' ? answer : undefined
}
