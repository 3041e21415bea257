import type { BrokenInput, Profile, ProfileChange, Rules } from '@userport/core'
import { fieldNames, type KinveyConfig } from './config.js'

/**
 * Kinvey documents hardly any rule. A blank username or password would make an implicit user; underscores, dots and dollars in a name
 * belong to Kinvey and to the database behind it. An attribute that holds a field (`fields` of the configuration) is not the app's either.
 */
export const rules: Rules = {
  username: {},
  email: { pattern: { source: '^[^@]+@[^@]+$', says: 'an e-mail address' } },
  phone: {},
  password: {},
  displayName: {},
  locale: {},
  country: {},
  attributes: {
    key: { pattern: { source: '^[^_$.][^.]*$', says: 'a name without a dot, and without an underscore or a dollar in front' } },
    reserved: ['username', 'password', 'email'],
  },
}

type Named = Partial<Profile & ProfileChange & { readonly profile: Profile }>

/** Is a field of the user named among the attributes? Which names those are, the configuration decides. */
export const usedField = (input: unknown, config: KinveyConfig): BrokenInput | undefined => {
  const { profile, attributes, set, remove } = (input ?? {}) as Named
  const used = [...Object.keys({ ...profile?.attributes, ...attributes, ...set }), ...(remove ?? [])]
  const [field, name] = Object.entries(fieldNames(config)).find(([, attribute]) => used.includes(attribute)) ?? []
  return name === undefined ? undefined : { field: `attributes.${name}`, rule: `holds the ${field} of the user` }
}
