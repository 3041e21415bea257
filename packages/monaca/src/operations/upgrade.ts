import {
  afterwards,
  type OperationContext,
  type Result,
  type Session,
  type Upgrade,
  type UserError,
  type UserId,
  userError,
  type Warning,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { propertiesOf, toProperties } from '../codecs.js'
import type { MonacaCalls } from '../endpoints.js'
import type { FieldNames } from '../fields.js'
import { type Account, intentOf, withIntent, withoutIntent } from '../session.js'
import type { Steps } from './steps.js'

/** The account that took the anonymous user's place. */
export interface Replaced {
  readonly account: Account
  readonly previousId: UserId
  readonly warnings: readonly Warning[]
}

const leftBehind: Warning = {
  code: 'anonymous-user-left-behind',
  message: 'The account exists with everything the anonymous user had, but it is not certain that the anonymous user was removed.',
}

const orNobody = (error: UserError): Result<undefined> =>
  error._tag === 'InvalidCredentials' || error._tag === 'SessionExpired' ? TE.right(undefined) : TE.left(error)

// Monaca never deletes a property, so a copy has every one of them, whatever became of its values.
const isCopy = (account: Account, original: Account): boolean =>
  Object.keys(propertiesOf(original.wire)).every((name) => Object.hasOwn(account.wire, name))

export interface Upgrading {
  /** Finishes or undoes an upgrade that was cut short; where there was none, or it was undone, goes on with `otherwise`. */
  readonly settled: (session: Session, otherwise: (session: Session) => Result<Account>) => Result<Account>
  /** Fails with `NotAnonymous`, `IdentifierTaken`, `Forbidden` (a session made by a login token alone), leaving the anonymous user as it was. */
  readonly upgrade: (input: Upgrade, session: Session) => Result<Replaced>
}

/**
 * Monaca cannot give an anonymous user a name and a password: a new account is registered with all its properties, then it is removed.
 * The intent is stored before, so that an app that dies on the way finds out, the next time it uses the session, how far it came.
 */
export const createUpgrade = (
  steps: Steps,
  calls: MonacaCalls,
  { at, keep, carriedOut }: OperationContext,
  fields: FieldNames,
): Upgrading => {
  const settled: Upgrading['settled'] = (session, otherwise) => {
    const intent = intentOf(session)
    if (intent === undefined) return otherwise(session)
    const undone = otherwise(withoutIntent(session))

    const finished = (account: Account): Result<Account> =>
      pipe(
        steps.loginAgain(session),
        TE.orElse<UserError, Account | undefined, UserError>(orNobody),
        TE.flatMap((original) => {
          if (original === undefined) return TE.right(account)
          if (!isCopy(account, original)) return undone
          return pipe(
            steps.unregister(original.session, session.secrets.password ?? ''),
            TE.map(() => account),
            // Next time it may be possible; what never will be must not keep anybody out.
            TE.orElse((error) => (error.retryable || error._tag === 'OutcomeUnknown' ? TE.left(error) : TE.right(account))),
          )
        }),
      )

    return pipe(
      steps.login(intent),
      TE.orElse<UserError, Account | undefined, UserError>(orNobody),
      TE.flatMap((account) => (account === undefined ? undone : finished(account))),
    )
  }

  const begun = (original: Account, { identifiers, password, profile = {} }: Upgrade): Result<Replaced> => {
    const credentials = { username: identifiers.username ?? '', password }
    const properties = { ...propertiesOf(original.wire), ...toProperties(identifiers, profile, fields) }
    return pipe(
      steps.accepts(credentials.username, {}),
      TE.flatMap((accepted) => (accepted ? keep(withIntent(original.session, credentials)) : steps.usernameRefused(credentials.username))),
      TE.flatMap(() => steps.register(credentials, properties)),
      TE.flatMap((account) =>
        pipe(
          calls.unregister({ from: steps.from(original.session), password: original.session.secrets.password ?? '' }),
          TE.match(
            () => [leftBehind],
            () => [],
          ),
          TE.fromTask,
          TE.map((warnings) => ({ account, previousId: original.session.userId, warnings })),
          afterwards(carriedOut, { accountCreated: true }),
        ),
      ),
    )
  }

  const upgrade: Upgrading['upgrade'] = (input, session) => {
    const notAnonymous = TE.left(userError('NotAnonymous', at, {}))
    if (session.kind === 'registered') return notAnonymous
    const intent = intentOf(session)
    const intended = intent?.username === input.identifiers.username && intent?.password === input.password
    return pipe(
      steps.ownPassword(session),
      TE.flatMap(() => settled(session, steps.loginAgain)),
      TE.flatMap((account): Result<Replaced> => {
        if (account.session.kind === 'anonymous') return begun(account, input)
        return intended ? TE.right({ account, previousId: session.userId, warnings: [] }) : notAnonymous
      }),
    )
  }

  return { settled, upgrade }
}
