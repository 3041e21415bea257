import type { JsonObject, User } from '@userport/core'

/** The attribute of an account at the target whose user has come, and its value: unlike one that was made in bulk, somebody uses it. */
export const cameAttribute = 'migratedBy'
export const cameValue = 'sign-in'

/** The attribute of a user at the source who has come to the target, or is about to: from then on the old password opens nothing. */
export const goneAttribute = 'migratedTo'

/** Has the user of the account come? Then nobody may set its password, make it anew or remove it. */
export const hasCome = ({ attributes }: Pick<User, 'attributes'>): boolean =>
  Object.hasOwn(attributes, cameAttribute) && attributes[cameAttribute] === cameValue

/** Has the user of the source moved, or begun to? */
export const isGone = ({ attributes }: Pick<User, 'attributes'>): boolean => {
  const mark = Object.hasOwn(attributes, goneAttribute) ? attributes[goneAttribute] : undefined
  return mark !== undefined && mark !== null
}

/** The app's own attributes: marks say where a user is, and do not travel. */
export const withoutMarks = (attributes: JsonObject): JsonObject => {
  const { [cameAttribute]: _, [goneAttribute]: __, ...own } = attributes
  return own
}
