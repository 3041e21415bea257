import {
  type AccessToken,
  type BrokenInput,
  defineVendor,
  type Identifier,
  type Identifiers,
  type OperationName,
  type Profile,
  type ResetIdentifier,
  type ResetRequest,
  type SignIn,
} from '@userport/core'
import { capabilities } from './capabilities.js'
import { KiiConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { extension } from './extension.js'
import { operations } from './operations.js'
import { isLocal } from './request.js'
import { rules } from './rules.js'

const brokenAccount = ({
  identifiers,
  profile,
}: {
  readonly identifiers?: Identifiers
  readonly profile?: Profile
}): BrokenInput | undefined =>
  isLocal(identifiers?.phone) && profile?.country === undefined
    ? { field: 'phone', rule: 'must begin with + and the country code, unless profile.country is given' }
    : undefined

/** Kii knows a local number by its country alone, which has no place here. */
const brokenIdentifier = ({ phone }: ResetIdentifier): BrokenInput | undefined =>
  isLocal(phone) ? { field: 'phone', rule: 'must begin with + and the country code' } : undefined

const brokenToken = ({ token, expiresAt }: AccessToken): BrokenInput | undefined => {
  // It travels in a header.
  if (!/^[\x21-\x7E]+$/.test(token)) return { field: 'token', rule: 'must be printable ASCII characters without spaces' }
  return expiresAt === undefined || Number.isFinite(expiresAt) ? undefined : { field: 'expiresAt', rule: 'must be milliseconds since 1970' }
}

const check = (operation: OperationName, input: unknown): BrokenInput | undefined => {
  switch (operation) {
    case 'signUp':
    case 'upgrade':
      return brokenAccount(input as Parameters<typeof brokenAccount>[0])
    case 'signIn':
    case 'requestPasswordReset':
      return brokenIdentifier((input as SignIn | ResetRequest).identifier)
    case 'findUser':
      return brokenIdentifier(input as Identifier)
    case 'signInWithToken':
      return brokenToken(input as AccessToken)
    default:
      return undefined
  }
}

/** Kii Cloud as a value, e.g. for `createUserProvider(config, { vendors: { kii } })`. */
export const kii = defineVendor(capabilities)({
  name: 'kii',
  rules,
  endpoints,
  errors,
  config: KiiConfig,
  appId: ({ appId }) => appId,
  check,
  operations,
  extension,
  accessToken: ({ secrets: { accessToken }, expiresAt }) =>
    accessToken === undefined ? null : { token: accessToken, ...(expiresAt === undefined ? {} : { expiresAt }) },
})

export { capabilities } from './capabilities.js'
export { type KiiClause, type KiiPoint, kiiPoint } from './clauses.js'
export type { KiiObject, KiiSaved } from './codecs-storage.js'
export { KiiConfig } from './config.js'
export type {
  KiiCount,
  KiiExpected,
  KiiNewObject,
  KiiObjectKey,
  KiiObjectPatch,
  KiiObjects,
  KiiQuery,
  KiiReplacement,
} from './endpoints-bucket.js'
export type { KiiGroup, KiiTopics } from './endpoints-scope.js'
export type { KiiExtension } from './extension.js'
export { rules } from './rules.js'
export { type KiiBucket, type KiiObjectPlace, kiiObjectUri, kiiUserUri, parseKiiObjectUri, parseKiiUserUri } from './uris.js'

/** Kii Cloud without state: the caller keeps the sessions. For servers. */
export const createKiiBackend = kii.createBackend

/** Kii Cloud with one active user. For apps. */
export const createKii = kii.createProvider
