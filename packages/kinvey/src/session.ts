import { type IdentityProof, type PendingSignIn, type Session, type UserKind, userId } from '@userport/core'
import { identitiesOf, type KinveyUser, kindOfUser, type SecondFactorWanted } from './codecs.js'
import { type MicTokens, micProvider } from './endpoints/identities.js'

/** What a Kinvey user signs in with. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** `generated`: the credentials that Kinvey made for an anonymous user. Without a token they are enough to get one. */
export const sessionOf = ({ _id }: KinveyUser, kind: UserKind, token: string | undefined, generated?: Credentials): Session => ({
  vendor: 'kinvey',
  userId: userId(_id),
  kind,
  secrets: { ...(token === undefined ? {} : { token }), ...(generated === undefined ? {} : { ...generated }) },
})

/** A token and nothing else: whose it is must be asked. */
export const tokenSession = (token: string): Session => ({ vendor: 'kinvey', userId: userId(''), kind: 'registered', secrets: { token } })

export const generatedCredentials = ({ secrets: { username, password } }: Session): Credentials | undefined =>
  username === undefined || password === undefined ? undefined : { username, password }

/** The means by which a session of Mobile Identity Connect is renewed. The refresh token works once. */
export interface MicMeans {
  readonly clientId: string
  readonly redirectUri: string | undefined
  readonly refreshToken: string
}

export const micMeans = ({ secrets: { micClient, micRedirect, refreshToken } }: Session): MicMeans | undefined =>
  micClient === undefined || refreshToken === undefined ? undefined : { clientId: micClient, redirectUri: micRedirect, refreshToken }

export const withMicMeans = (session: Session, { clientId, redirectUri, refreshToken }: MicMeans): Session => ({
  ...session,
  secrets: { ...session.secrets, micClient: clientId, refreshToken, ...(redirectUri === undefined ? {} : { micRedirect: redirectUri }) },
})

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** The means among what is known of an identity of Mobile Identity Connect: of its tokens, or of what Kinvey or its old SDK keeps. */
export const micMeansIn = (identity: Readonly<Record<string, unknown>>, appKey: string): MicMeans | undefined => {
  const refreshToken = text(identity.refresh_token)
  const clientId = text(identity.client_id) ?? text(identity.audience) ?? appKey
  return refreshToken === undefined ? undefined : { clientId, redirectUri: text(identity.redirect_uri), refreshToken }
}

export const micProof = (tokens: MicTokens, { clientId, redirectUri }: Pick<MicMeans, 'clientId' | 'redirectUri'>): IdentityProof => {
  const { access_token, token_type, expires_in, refresh_token } = tokens
  const given = { access_token, token_type, expires_in, refresh_token, client_id: clientId, redirect_uri: redirectUri }
  const known = Object.entries(given).flatMap(([name, value]): [string, string | number][] => (value === undefined ? [] : [[name, value]]))
  return { provider: micProvider, tokens: Object.fromEntries(known) }
}

/** A sign-in whose password was right. It is kept for a recovery code, which is sent along with it. */
export const pendingSignIn = (
  { userId: id, mfaSessionToken, authenticators }: SecondFactorWanted,
  { username, password }: Credentials,
): PendingSignIn => {
  const [first] = authenticators
  const secrets = {
    mfaToken: mfaSessionToken,
    pendingUsername: username,
    pendingPassword: password,
    ...(first === undefined ? {} : { authenticator: first.id }),
  }
  return {
    pending: { vendor: 'kinvey', userId: userId(id), kind: 'registered', secrets },
    factors: first === undefined ? [] : ['totp', 'recovery-code'],
    authenticators: authenticators.map(({ id: authenticator, name, type }) => ({ id: authenticator, name, type })),
  }
}

export const pendingCredentials = ({ secrets: { pendingUsername = '', pendingPassword = '' } }: Session): Credentials => ({
  username: pendingUsername,
  password: pendingPassword,
})

/** Is the anonymous user of a session an account by now? Its new username tells, or an identity that it can sign in with. */
const hasBecomeAccount = (generated: Credentials | undefined, wire: KinveyUser): boolean => {
  if (generated === undefined) return kindOfUser(wire) === 'registered'
  return (wire.username !== undefined && wire.username !== generated.username) || identitiesOf(wire).length > 0
}

/** The session after a reply to it: the same, unless Kinvey sent another token or the anonymous user was upgraded elsewhere. */
export const sessionAfter = (session: Session, wire: KinveyUser): Session => {
  const token = wire._kmd?.authtoken ?? session.secrets.token
  if (session.kind === 'anonymous' && hasBecomeAccount(generatedCredentials(session), wire)) return sessionOf(wire, 'registered', token)
  if (token === undefined || token === session.secrets.token) return session
  return { ...session, secrets: { ...session.secrets, token } }
}
