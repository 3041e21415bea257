import { defineVendor } from '@userport/core'
import { capabilities } from './capabilities.js'
import { MonacaConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { extensionInput } from './extension/input.js'
import { extension } from './extension.js'
import { brokenInput } from './input.js'
import { partsOf } from './operations/parts.js'
import { operations } from './operations.js'
import { rules } from './rules.js'
import { adoptable, loginTokenOf } from './session.js'

/** Monaca Backend as a value, e.g. for `createUserProvider(config, { vendors: { monaca } })`. */
export const monaca = defineVendor(capabilities)({
  name: 'monaca',
  rules,
  endpoints,
  errors,
  config: MonacaConfig,
  usesDevice: true,
  appId: ({ backendId }) => backendId,

  check: brokenInput,
  accessToken: loginTokenOf,
  adoptable,

  operations,
  extensionInput: () => extensionInput,
  extension: (calls, context, config) => extension(partsOf(calls, context, config)),
})

export { capabilities } from './capabilities.js'
export { MonacaConfig } from './config.js'
export type { MonacaExtension, Refusal } from './extension.js'
export { rules } from './rules.js'

/** Monaca Backend without state: the caller keeps the sessions. For servers. */
export const createMonacaBackend = monaca.createBackend

/** Monaca Backend with one active user. For apps. */
export const createMonaca = monaca.createProvider
