import { type BrokenInput, brokenRule, type JsonObject, type UserCriteria } from '@userport/core'

/** What is looked for, in the words of Kinvey's user discovery: all of it must match. */
export const lookupFilter = ({ username, email, firstName, lastName, identity }: UserCriteria): JsonObject => {
  const fields = {
    username,
    email,
    first_name: firstName,
    last_name: lastName,
    ...(identity === undefined ? {} : { [`_socialIdentity.${identity.provider}.id`]: identity.id }),
  }
  const wanted = Object.entries(fields).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return Object.fromEntries(wanted)
}

/** A filter that is no text would be a query of its own: of everybody, for one. */
export const brokenCriteria = ({ identity, ...named }: UserCriteria): BrokenInput | undefined => {
  const texts = {
    ...named,
    ...(identity === undefined ? {} : { 'identity.provider': identity?.provider, 'identity.id': identity?.id }),
  }
  for (const [field, value] of Object.entries(texts)) {
    const rule = value === undefined && !field.startsWith('identity.') ? undefined : brokenRule({}, value)
    if (rule !== undefined) return { field, rule }
  }
  return undefined
}
