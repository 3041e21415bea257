import { type Adoptable, defined, type HttpResponse, type Session, userId } from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as J from '#fp-ts/Json'
import * as t from '#io-ts'
import { kindOfUsername, type MonacaUser, propertiesOf, type SignedInReply, Time } from './codecs.js'

/** A username with its password. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** A user as Monaca knows it, and the session that is valid now. */
export interface Account {
  readonly wire: MonacaUser
  readonly session: Session
}

type Headers = HttpResponse['headers']

const withSecrets = (session: Session, secrets: Session['secrets']): Session => ({
  ...session,
  secrets: { ...session.secrets, ...secrets },
})

/** Any reply may give the session a new id. */
export const renewedId = (headers: Headers): string | undefined => headers['x-set-monaca-cloud-session']

const Tokened = t.type({ loginToken: t.string })

/** A session after a successful reply: any result may hold a login token too. */
export const renewed = (session: Session, headers: Headers, result: unknown): Session => {
  const sessionId = renewedId(headers)
  const loginToken = Tokened.is(result) ? result.loginToken : undefined
  return sessionId === undefined && loginToken === undefined ? session : withSecrets(session, defined({ sessionId, loginToken }))
}

// Only the calls that sign in send the whole user: what `User.getProperties` does not say is kept with the session.
// As one text, so that nothing in it is taken for a secret.
const Known = t.intersection([
  t.type({ device: t.string, username: t.string, properties: t.readonlyArray(t.string) }),
  t.partial({ createdAt: Time }),
])
type Known = t.TypeOf<typeof Known>

const Intent = t.type({ username: t.string, password: t.string })

const read = <A>(codec: t.Decoder<unknown, A>, text: string | undefined): A | undefined =>
  text === undefined
    ? undefined
    : pipe(
        J.parse(text),
        E.flatMap((json): E.Either<unknown, A> => codec.decode(json)),
        E.getOrElse((): A | undefined => undefined),
      )

// One call asks several times about the same session.
const parsed = new WeakMap<Session['secrets'], Known>()

const knownOf = ({ secrets }: Session): Known | undefined => {
  const known = parsed.get(secrets) ?? read(Known, secrets.known)
  if (known !== undefined) parsed.set(secrets, known)
  return known
}

const withKnown = (session: Session, known: Known): Session => withSecrets(session, { known: JSON.stringify(known) })

/** The device that a session began on. */
export const deviceOf = (session: Session): string | undefined => knownOf(session)?.device

/** The username of a session, and the password that is kept where nobody else knows it. */
export const credentialsOf = (session: Session): Partial<Credentials> => ({
  username: knownOf(session)?.username,
  password: session.secrets.password,
})

/** What a call that signs in leads to. `secrets`: those that Monaca does not send again. */
export const toAccount = (result: SignedInReply['result'], headers: Headers, device: string, secrets: Session['secrets']): Account => {
  const { user } = result
  const session: Session = { vendor: 'monaca', userId: userId(user._id), kind: kindOfUsername(user._username), secrets }
  const known = { device, username: user._username, createdAt: user._createdAt, properties: Object.keys(propertiesOf(user)) }
  return { wire: user, session: withKnown(renewed(session, headers, result), known) }
}

/** A session with the password that nobody else knows, or without one. */
export const withPassword = ({ secrets: { password: _, ...secrets }, ...session }: Session, password?: string): Session => ({
  ...session,
  secrets: { ...secrets, ...defined({ password }) },
})

/** The session of an anonymous user that is about to be made: its credentials, before anybody else knows them. */
export const unborn = ({ username, password }: Credentials, device: string): Session =>
  withKnown({ vendor: 'monaca', userId: userId(username), kind: 'anonymous', secrets: { password } }, { device, username, properties: [] })

/** Under this name Monaca's own library keeps the login token, for whatever backend the app has. */
const oldTokenName = 'monacaCloudLoginToken'

/** The session of Monaca's own library: a token and nothing else. Who it belongs to is said by the server. */
export const adoptable = async (read: (name: string) => Promise<string | null | undefined>): Promise<Adoptable | null> => {
  const loginToken = await read(oldTokenName)
  if (typeof loginToken !== 'string' || loginToken === '') return null
  return { session: { vendor: 'monaca', userId: userId(''), kind: 'registered', secrets: { loginToken } }, name: oldTokenName }
}

/** The vendor's own token in a session: with it Monaca's own library signs in, and so does another device. */
export const loginTokenOf = ({ secrets: { loginToken } }: Session): { readonly token: string } | null =>
  loginToken === undefined ? null : { token: loginToken }

/** Has a reply said whose session this is? */
export const isIdentified = (session: Session): boolean => knownOf(session) !== undefined

/** The names of the properties that this user is known to have. */
export const knownProperties = (session: Session): readonly string[] => knownOf(session)?.properties ?? []

export const withProperties = (session: Session, names: readonly string[]): Session => {
  const known = knownOf(session)
  return known === undefined ? session : withKnown(session, { ...known, properties: [...new Set([...known.properties, ...names])] })
}

/** The user whose properties were asked for: the rest is as it was at the last sign-in. */
export const toWire = (session: Session, properties: Readonly<Record<string, unknown>>): MonacaUser => {
  const { username = '', createdAt } = knownOf(session) ?? {}
  return { ...properties, _id: session.userId, _username: username, ...(createdAt === undefined ? {} : { _createdAt: createdAt }) }
}

/** The account that an upgrade is about to make, noted with the anonymous user in case the app dies on the way. */
export const withIntent = (session: Session, { username, password }: Credentials): Session =>
  withSecrets(session, { intent: JSON.stringify({ username, password }) })

export const intentOf = ({ secrets }: Session): Credentials | undefined => read(Intent, secrets.intent)

export const withoutIntent = ({ secrets: { intent: _, ...secrets }, ...session }: Session): Session => ({ ...session, secrets })
