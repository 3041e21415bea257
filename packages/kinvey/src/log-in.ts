import {
  type At,
  type Calls,
  type Identifiers,
  notDone,
  type Result,
  type SignedIn,
  type UserError,
  type UserKind,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { toUser } from './codecs.js'
import { fieldNames, type KinveyConfig } from './config.js'
import type { endpoints } from './endpoints.js'
import { type Credentials, sessionOf } from './session.js'

export const isRefused = ({ _tag }: UserError): boolean => _tag === 'InvalidCredentials'

export const done: Result<void> = TE.right(undefined)

type KinveyCalls = Calls<typeof endpoints>

interface LogIn {
  readonly trimmed: (text: string) => string
  readonly credentialsOf: (identifiers: Identifiers, password: string) => Credentials
  readonly logIn: (credentials: Credentials, kind?: UserKind, ask?: KinveyCalls['login']) => Result<SignedIn>
  /** Are these credentials right? Leaves no session behind. */
  readonly verify: (credentials: Credentials) => Result<void>
  /** After a lost answer: signs in with the credentials that were to be set, or says that nothing was done. */
  readonly ifTheyWork: (credentials: Credentials) => (unknown: UserError) => Result<SignedIn>
  /** After a lost sign-up whose password does not work: somebody else has the name, or nobody. */
  readonly whoHas: (username: string) => (unknown: UserError) => Result<never>
}

/** The logins that several operations are made of. */
export const logInWith = (calls: KinveyCalls, at: At, config: KinveyConfig): LogIn => {
  const trimmed = (text: string): string => (config.trimPasswords === true ? text.trim() : text)

  const secondFactor = userError('Vendor', at, {
    code: 'mfaRequired',
    message: 'This user signs in with a second factor, which userport cannot ask for at Kinvey.',
  })

  const logIn: LogIn['logIn'] = (credentials, kind = 'registered', ask = calls.login) =>
    pipe(
      ask(credentials),
      TE.flatMap((answer) => {
        if (answer === null) return TE.left(secondFactor)
        const { document, token } = answer
        const session = sessionOf(document, kind, token, kind === 'anonymous' ? credentials : undefined)
        return TE.right({ user: toUser(document, kind, fieldNames(config)), session })
      }),
    )

  return {
    trimmed,

    credentialsOf: ({ username = '' }, password) => ({ username: trimmed(username), password: trimmed(password) }),

    logIn,

    verify: (credentials) =>
      pipe(
        calls.login(credentials),
        TE.flatMap((answer) => {
          // Who is asked for a second factor has passed the first.
          if (answer === null) return done
          const session = sessionOf(answer.document, 'registered', answer.token)
          return pipe(
            calls.logout({ session }),
            TE.orElse(() => done),
          )
        }),
      ),

    ifTheyWork: (credentials) => (unknown) =>
      pipe(
        logIn(credentials),
        TE.mapLeft((error) => (isRefused(error) ? notDone(unknown) : unknown)),
      ),

    whoHas: (username) => (unknown) =>
      pipe(
        calls.exists(username),
        TE.mapLeft(() => unknown),
        TE.flatMap((taken) => TE.left(taken ? userError('IdentifierTaken', at, { identifier: 'username' }) : notDone(unknown))),
      ),
  }
}
