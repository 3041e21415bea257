import type { Adoptable } from '@userport/core'
import * as E from '#fp-ts/Either'
import * as J from '#fp-ts/Json'
import { identitiesOf, kindOfUser, Tokened } from './codecs.js'
import type { KinveyConfig } from './config.js'
import { micProvider } from './endpoints/identities.js'
import { isToken } from './input.js'
import { micMeansIn, sessionOf, withMicMeans } from './session.js'

type Read = (name: string) => Promise<string | null | undefined>

/**
 * The session that Kinvey's own SDK left: the whole active user as JSON. A password in it proves nothing, since the SDK keeps what a
 * sign-up echoes; only where Kinvey made the username too are both the credentials of an anonymous user. Nobody else's is taken along.
 */
export const adoptable = async (read: Read, { appKey }: KinveyConfig): Promise<Adoptable | null> => {
  const name = `${appKey}.active_user`
  const parsed = J.parse((await read(name)) ?? '')
  const decoded = E.isRight(parsed) ? Tokened.decode(parsed.right) : parsed
  if (E.isLeft(decoded)) return null
  const user = decoded.right
  const { username, password, _kmd } = user
  if (!isToken(_kmd.authtoken)) return null
  const kind = kindOfUser(user)
  const generated = kind === 'anonymous' && username !== undefined && typeof password === 'string' ? { username, password } : undefined
  const session = sessionOf(user, kind, _kmd.authtoken, generated)
  const [, identity] = identitiesOf(user).find(([provider]) => provider === micProvider) ?? []
  const means = micMeansIn((identity ?? {}) as Readonly<Record<string, unknown>>, appKey)
  return { name, session: means === undefined ? session : withMicMeans(session, means) }
}
