import { isObject, type Json } from '../json.js'
import { identitiesIn } from './attributes.js'
import type { EmailVerificationStatus, StoredUser, UserMetadata } from './data.js'
import { KinveyRefusal } from './errors.js'
import { mergedIdentities } from './social-identities.js'

const verificationStatuses: readonly EmailVerificationStatus[] = [
  'sent',
  'resent',
  'delivered',
  'bounce',
  'deferred',
  'dropped',
  'confirmed',
]

/** What only `x-kinvey-master-create-user` may say of a new user: its creator, its times, its roles, its confirmed email, its identities. */
export function withImportedFields(user: StoredUser, body: Json): StoredUser {
  return {
    ...user,
    acl: { ...user.acl, creator: textIn(objectIn(body, '_acl'), 'creator') ?? user._id },
    kmd: { ...user.kmd, ...metadataIn(objectIn(body, '_kmd')) },
    socialIdentity: mergedIdentities({}, identitiesIn(body)),
  }
}

function metadataIn(kmd: Json): Partial<UserMetadata> {
  const ect = textIn(kmd, 'ect')
  const lmt = textIn(kmd, 'lmt')
  const emailVerification = emailVerificationIn(kmd)
  const metadata: Partial<UserMetadata> = {}
  if (ect !== undefined) metadata.ect = ect
  if (lmt !== undefined) metadata.lmt = lmt
  if (emailVerification !== undefined) metadata.emailVerification = emailVerification
  if (Array.isArray(kmd.roles)) metadata.roles = kmd.roles
  return metadata
}

function emailVerificationIn(kmd: Json): UserMetadata['emailVerification'] {
  if (kmd.emailVerification === undefined) return undefined
  const given = objectIn(kmd, 'emailVerification')
  const status = verificationStatuses.find((known) => known === given.status)
  if (status === undefined) throw new KinveyRefusal('ParameterValueOutOfRange', 'emailVerification.status is not known')
  return { ...given, status }
}

function objectIn(json: Json, name: string): Json {
  const value = json[name] ?? {}
  if (!isObject(value)) throw new KinveyRefusal('ParameterValueOutOfRange', `${name} must be an object`)
  return value
}

const textIn = (json: Json, name: string): string | undefined => {
  const value = json[name]
  return typeof value === 'string' ? value : undefined
}
