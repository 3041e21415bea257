import { isObject, type Json } from '../json.js'
import type { StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'

/** What the app stores with the user: everything but the fields that the server manages. */
export function attributesIn(body: Json): Json {
  const { _id, username: _username, password: _password, _acl, _kmd, _socialIdentity, ...attributes } = body
  const { email } = attributes
  if (email !== undefined && email !== null && typeof email !== 'string')
    throw new KinveyRefusal('ParameterValueOutOfRange', 'email must be a string')
  return attributes
}

/** The ACL in the body; the creator is the server's to say. */
export function aclIn(body: Json, creator: string): StoredUser['acl'] {
  const { _acl: acl = {} } = body
  if (!isObject(acl)) throw new KinveyRefusal('ParameterValueOutOfRange', '_acl must be an object')
  return { ...acl, creator }
}

/** The identities in the body by provider; `null` is one to be unlinked. */
export function identitiesIn(body: Json): Readonly<Record<string, Json | null>> {
  const { _socialIdentity: identities } = body
  if (identities === undefined || identities === null) return {}
  if (!isObject(identities)) throw new KinveyRefusal('ParameterValueOutOfRange', '_socialIdentity must be an object')
  const checked = Object.entries(identities).map(([provider, identity]): [string, Json | null] => {
    if (identity !== null && !isObject(identity))
      throw new KinveyRefusal('ParameterValueOutOfRange', `${provider} must be an object or null`)
    return [provider, identity]
  })
  return Object.fromEntries(checked)
}
