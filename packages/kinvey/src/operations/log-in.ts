import { type At, type Identifiers, notDone, type Result, type SignedIn, type UserError, type UserKind, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { type KinveyUser, toUser } from '../codecs.js'
import type { KinveyConfig } from '../config.js'
import type { KinveyCalls } from '../endpoints.js'
import { fieldNames } from '../fields.js'
import { type Credentials, sessionAfter, sessionOf } from '../session.js'

export const isRefused = ({ _tag }: UserError): boolean => _tag === 'InvalidCredentials'

export const isEnded = ({ _tag }: UserError): boolean => _tag === 'SessionExpired' || _tag === 'UserNotFound'

export const origin = ({ code, status }: UserError): Pick<UserError, 'code' | 'status'> => ({ code, status })

export const done: Result<void> = TE.right(undefined)

/** A username or a password as Kinvey's own SDK sends it, where the app was built with that. */
export const trimmedBy =
  ({ trimPasswords }: KinveyConfig) =>
  (text: string): string =>
    trimPasswords === true ? text.trim() : text

export interface LogIn {
  readonly trimmed: (text: string) => string
  readonly credentialsOf: (identifiers: Identifiers, password: string) => Credentials
  /** For a sign-in that cannot wait for a second factor, though Kinvey asks for one. */
  readonly secondFactor: UserError
  readonly signedInAs: (document: KinveyUser, token: string, kind?: UserKind, generated?: Credentials) => SignedIn
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
  const names = fieldNames(config)
  const trimmed = trimmedBy(config)

  const secondFactor = userError('Vendor', at, {
    code: 'mfaRequired',
    message: 'Kinvey asks for a second factor, which only signing in can give.',
  })

  const signedInAs: LogIn['signedInAs'] = (document, token, kind = 'registered', generated = undefined) => {
    const session = sessionAfter(sessionOf(document, kind, token, generated), document)
    return { user: toUser(document, session.kind, names), session }
  }

  const logIn: LogIn['logIn'] = (credentials, kind = 'registered', ask = calls.login) =>
    pipe(
      ask(credentials),
      TE.flatMap((answer) =>
        'token' in answer
          ? TE.right(signedInAs(answer.document, answer.token, kind, kind === 'anonymous' ? credentials : undefined))
          : TE.left(secondFactor),
      ),
    )

  return {
    trimmed,

    credentialsOf: ({ username = '' }, password) => ({ username: trimmed(username), password: trimmed(password) }),

    secondFactor,

    signedInAs,

    logIn,

    verify: (credentials) =>
      pipe(
        calls.login(credentials),
        TE.flatMap((answer) => {
          // Who is asked for a second factor has passed the first.
          if (!('token' in answer)) return done
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
