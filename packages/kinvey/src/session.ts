import { type Session, type UserKind, userId } from '@userport/core'
import type { KinveyUser } from './codecs.js'

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

export const generatedCredentials = ({ secrets: { username, password } }: Session): Credentials | undefined =>
  username === undefined || password === undefined ? undefined : { username, password }

/**
 * The session after a reply to it: the same, unless Kinvey sent another token or the anonymous user was upgraded elsewhere,
 * which its new username tells.
 */
export const sessionAfter = (session: Session, wire: KinveyUser): Session => {
  const generated = generatedCredentials(session)
  const renamed = generated !== undefined && wire.username !== undefined && wire.username !== generated.username
  const token = wire._kmd?.authtoken ?? session.secrets.token
  if (renamed) return sessionOf(wire, 'registered', token)
  return token === session.secrets.token ? session : sessionOf(wire, session.kind, token, generated)
}
