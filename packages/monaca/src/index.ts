import { defineVendor, kindOf, type ResetRequest } from '@userport/core'
import { capabilities } from './capabilities.js'
import { MonacaConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { extension } from './extension.js'
import { usedField } from './fields.js'
import { createKit } from './kit.js'
import { account } from './operations-account.js'
import { entering } from './operations-entering.js'
import { reset } from './operations-reset.js'
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

  check: (operation, input, config) => {
    if (operation === 'requestPasswordReset' && kindOf((input as ResetRequest).identifier) !== 'username') {
      return { field: 'identifier', rule: 'must be a username: Monaca finds nobody by anything else' }
    }
    return usedField(input, config)
  },

  accessToken: loginTokenOf,
  adoptable,

  operations: (calls, context, config) => {
    const kit = createKit(calls, context, config)
    return { ...entering(kit), ...account(kit), ...reset(kit) }
  },

  extension: (calls, context, config) => extension(createKit(calls, context, config)),
})

export { capabilities } from './capabilities.js'
export { MonacaConfig } from './config.js'
export type { MonacaExtension, Refusal } from './extension.js'
export { rules } from './rules.js'

/** Monaca Backend without state: the caller keeps the sessions. For servers. */
export const createMonacaBackend = monaca.createBackend

/** Monaca Backend with one active user. For apps. */
export const createMonaca = monaca.createProvider
