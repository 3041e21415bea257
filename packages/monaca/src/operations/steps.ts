import {
  type JsonObject,
  notDone,
  type OperationContext,
  orLookUp,
  type Result,
  type Session,
  type UserError,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { Caller, MonacaCalls } from '../endpoints.js'
import type { FieldNames } from '../fields.js'
import { randomText } from '../random-text.js'
import { type Account, type Credentials, credentialsOf, deviceOf, isIdentified, knownProperties, withPassword } from '../session.js'

/** What several operations have in common. */
export interface Steps {
  readonly from: <Held extends Session | undefined>(session: Held) => Caller & { readonly session: Held }
  readonly login: (credentials: Credentials) => Result<Account>
  /** After a lost answer: signs in with the credentials that were to be set, or says that nothing was done. */
  readonly ifTheyWork: (credentials: Credentials) => (unknown: UserError) => Result<Account>
  /** Signs in again with the password that is kept in a session. Fails with `SessionExpired` where the user is gone. */
  readonly loginAgain: (session: Session) => Result<Account>
  /** The generated password of an anonymous user. Fails with `Forbidden` where the session came from a login token alone. */
  readonly ownPassword: (session: Session) => Result<string>
  /** The user as the server has it now. */
  readonly current: (session: Session) => Result<Account>
  /** The same, as far as the properties are known by name; it costs no login token. */
  readonly known: Steps['current']
  /** A living session in place of a dead one. */
  readonly renew: (session: Session) => Result<Account>
  readonly accepts: (username: string, properties: JsonObject) => Result<boolean>
  /** Is a username that is refused one that somebody has? Otherwise it is too short. */
  readonly isTaken: (username: string) => Result<boolean>
  /** Finds out why a username is refused. */
  readonly usernameRefused: (username: string) => Result<never>
  readonly register: (credentials: Credentials, properties: JsonObject) => Result<Account>
  readonly unregister: (session: Session, password: string) => Result<void>
}

const withoutPassword =
  'The password of this anonymous user was generated where the user was made, and Monaca wants it for this. A login token does not hold it.'

/** Monaca refused a parameter and did not say which. */
export const isUnexplained = ({ _tag, code }: UserError): boolean => _tag === 'Vendor' && code === '-32602'

export const createSteps = (calls: MonacaCalls, { at, device, latest }: OperationContext, fields: FieldNames): Steps => {
  const from: Steps['from'] = (session) => ({ device: device ?? (session && deviceOf(session)) ?? randomText(32), session })

  const login: Steps['login'] = (credentials) => calls.login({ from: from(undefined), ...credentials })

  const ifTheyWork: Steps['ifTheyWork'] = (credentials) => (unknown) =>
    pipe(
      login(credentials),
      TE.mapLeft(({ _tag }) => (_tag === 'InvalidCredentials' ? notDone(unknown) : unknown)),
    )

  const expired = userError('SessionExpired', at, {})

  const loginAgain: Steps['loginAgain'] = (session) => {
    const { username, password } = credentialsOf(session)
    return username === undefined || password === undefined
      ? TE.left(expired)
      : pipe(
          login({ username, password }),
          // A server may have given the user a name: until there is another password, this one is all that signs in.
          TE.map((account): Account => ({ ...account, session: withPassword(account.session, password) })),
          TE.mapLeft((error) => (error._tag === 'InvalidCredentials' ? expired : error)),
        )
  }

  const ownPassword: Steps['ownPassword'] = ({ secrets: { password } }) =>
    password === undefined ? TE.left(userError('Forbidden', at, { message: withoutPassword })) : TE.right(password)

  const autoLogin: Steps['current'] = (session) => {
    const { loginToken } = session.secrets
    return loginToken === undefined ? TE.left(expired) : calls.autoLogin({ from: from(session), loginToken })
  }

  const known: Steps['current'] = (session) =>
    isIdentified(session)
      ? calls.getProperties({ from: from(session), names: [...new Set([...Object.values(fields), ...knownProperties(session)])] })
      : TE.left(expired)

  const ifExpired =
    (next: () => Result<Account>) =>
    (result: Result<Account>): Result<Account> =>
      pipe(
        result,
        TE.orElse((error) => (error._tag === 'SessionExpired' ? next() : TE.left(error))),
      )

  const accepts: Steps['accepts'] = (username, properties) =>
    pipe(
      calls.validate({ from: from(undefined), username, properties }),
      TE.map(() => true),
      TE.orElse((error) => (error._tag === 'IdentifierTaken' ? TE.right(false) : TE.left(error))),
    )

  // Where another name of the same length will do, this one is taken; where it will not, the console wants longer ones.
  const isTaken: Steps['isTaken'] = (username) => accepts(randomText([...username].length), {})

  const usernameRefused: Steps['usernameRefused'] = (username) =>
    pipe(
      isTaken(username),
      TE.flatMap((taken) =>
        TE.left(
          taken
            ? userError('IdentifierTaken', at, { identifier: 'username' })
            : userError('InvalidInput', at, { field: 'username', rule: 'is shorter than this backend allows' }),
        ),
      ),
    )

  return {
    from,
    login,
    ifTheyWork,
    loginAgain,
    ownPassword,
    known,
    accepts,
    isTaken,
    usernameRefused,
    current: (session) =>
      pipe(
        autoLogin(session),
        ifExpired(() => known(latest(session))),
      ),
    renew: (session) =>
      pipe(
        autoLogin(session),
        ifExpired(() => loginAgain(session)),
      ),

    register: (credentials, properties) =>
      pipe(
        calls.register({ from: from(undefined), ...credentials, properties }),
        // Whoever can sign in with this password is the one who was just registered.
        orLookUp(ifTheyWork(credentials)),
        TE.orElse((error) => {
          if (error._tag === 'IdentifierTaken') return usernameRefused(credentials.username)
          if (!isUnexplained(error)) return TE.left(error)
          return pipe(
            accepts(credentials.username, properties),
            // Nothing but the password is left.
            TE.flatMap((accepted) =>
              accepted ? TE.left(userError('PasswordRejected', at, { code: error.code })) : usernameRefused(credentials.username),
            ),
          )
        }),
      ),

    unregister: (session, password) =>
      pipe(
        calls.unregister({ from: from(session), password }),
        // Whose name is free again is gone.
        orLookUp((unknown) =>
          pipe(
            accepts(credentialsOf(session).username ?? '', {}),
            TE.mapLeft(() => unknown),
            TE.flatMap((isFree) => (isFree ? TE.right(undefined) : TE.left(notDone(unknown)))),
          ),
        ),
      ),
  }
}
