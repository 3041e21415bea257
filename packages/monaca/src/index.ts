import { defineVendor, kindOf, type Profile, type ProfileChange, type ResetRequest, type SignUp } from '@userport/core'
import { capabilities } from './capabilities.js'
import { fieldsOf, MonacaConfig } from './config.js'
import { endpoints } from './endpoints.js'
import { errors } from './errors.js'
import { extension } from './extension.js'
import { createKit } from './kit.js'
import { account } from './operations-account.js'
import { entering } from './operations-entering.js'
import { reset } from './operations-reset.js'
import { rules } from './rules.js'
import { adoptable, loginTokenOf } from './session.js'

type Named = Partial<Profile & ProfileChange & Pick<SignUp, 'profile'>>

const attributeNames = ({ profile, attributes, set }: Named): readonly string[] =>
  Object.keys({ ...profile?.attributes, ...attributes, ...set })

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
    const used = attributeNames((input ?? {}) as Named)
    const [field, name] = Object.entries(fieldsOf(config)).find(([, property]) => used.includes(property)) ?? []
    return name === undefined ? undefined : { field: `attributes.${name}`, rule: `holds the ${field} of the user` }
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
