import { type HttpResponse, type Session, userId } from '@userport/core'
import { kindOfUsername, type MonacaUser, propertiesOf, type SignedInReply } from './codecs.js'

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
export const renewed = (session: Session, headers: Headers): Session => {
  const sessionId = headers['x-set-monaca-cloud-session']
  return sessionId === undefined ? session : withSecrets(session, { sessionId })
}

// Only the calls that sign in send the whole user: what `User.getProperties` does not say is kept with the session.
const factsOf = (wire: MonacaUser): Session['secrets'] => ({
  username: wire._username,
  ...(wire._createdAt === undefined ? {} : { createdAt: String(wire._createdAt) }),
  properties: Object.keys(propertiesOf(wire)).join(),
})

/** What a call that signs in leads to. `kept`: the secrets that Monaca does not send again. */
export const toAccount = ({ user, loginToken }: SignedInReply['result'], headers: Headers, kept: Session['secrets']): Account => {
  const session: Session = {
    vendor: 'monaca',
    userId: userId(user._id),
    kind: kindOfUsername(user._username),
    secrets: { ...kept, ...factsOf(user), ...(typeof loginToken === 'string' ? { loginToken } : {}) },
  }
  return { wire: user, session: renewed(session, headers) }
}

/** The session of an anonymous user that is about to be made: its credentials, before anybody else knows them. */
export const unborn = ({ username, password }: Credentials, device: string): Session => ({
  vendor: 'monaca',
  userId: userId(username),
  kind: 'anonymous',
  secrets: { device, username, password },
})

/** The names of the properties that this user is known to have. */
export const knownProperties = ({ secrets: { properties = '' } }: Session): readonly string[] =>
  properties === '' ? [] : properties.split(',')

export const withProperties = (session: Session, names: readonly string[]): Session =>
  withSecrets(session, { properties: [...new Set([...knownProperties(session), ...names])].join() })

/** The user whose properties were asked for: the rest is as it was at the last sign-in. */
export const toWire = (
  { userId: id, secrets: { username = '', createdAt } }: Session,
  properties: Readonly<Record<string, unknown>>,
): MonacaUser => ({
  ...properties,
  _id: id,
  _username: username,
  ...(createdAt === undefined ? {} : { _createdAt: Number(createdAt) }),
})

/** The account that an upgrade is about to make, noted with the anonymous user in case the app dies on the way. */
export const withIntent = (session: Session, { username, password }: Credentials): Session =>
  withSecrets(session, { nextUsername: username, nextPassword: password })

export const intentOf = ({ secrets: { nextUsername: username, nextPassword: password } }: Session): Credentials | undefined =>
  username === undefined || password === undefined ? undefined : { username, password }

export const withoutIntent = ({ secrets: { nextUsername: _, nextPassword: __, ...secrets }, ...session }: Session): Session => ({
  ...session,
  secrets,
})
