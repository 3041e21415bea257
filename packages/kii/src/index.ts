import { defineVendor } from '@userport/core'
import { capabilities } from './capabilities.js'
import { KiiConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { extensionInput } from './extension/input.js'
import { extension } from './extension.js'
import { brokenInput } from './input.js'
import { operations } from './operations.js'
import { rules } from './rules.js'

/** Kii Cloud as a value, e.g. for `createUserProvider(config, { vendors: { kii } })`. */
export const kii = defineVendor(capabilities)({
  name: 'kii',
  rules,
  endpoints,
  errors,
  config: KiiConfig,
  appId: ({ appId }) => appId,
  check: brokenInput,
  operations,
  extension,
  extensionInput: () => extensionInput,
  accessToken: ({ secrets: { accessToken }, expiresAt }) =>
    accessToken === undefined ? null : { token: accessToken, ...(expiresAt === undefined ? {} : { expiresAt }) },
})

export { capabilities } from './capabilities.js'
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
} from './endpoints/bucket.js'
export type { KiiGroup, KiiTopics } from './endpoints/scope.js'
export { type KiiClause, type KiiPoint, kiiPoint } from './extension/clauses.js'
export type { KiiObject, KiiSaved } from './extension/codecs.js'
export { type KiiBucket, type KiiObjectPlace, kiiObjectUri, kiiUserUri, parseKiiObjectUri, parseKiiUserUri } from './extension/uris.js'
export type { KiiExtension } from './extension.js'
export { rules } from './rules.js'

/** Kii Cloud without state: the caller keeps the sessions. For servers. */
export const createKiiBackend = kii.createBackend

/** Kii Cloud with one active user. For apps. */
export const createKii = kii.createProvider
