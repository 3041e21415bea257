import type { JsonObject, UserCriteria } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { toPublicUser } from '../codecs.js'
import type { Operations, Parts } from './parts.js'

type Lookup = Pick<Operations, 'forgotUsername' | 'usernameExists' | 'findUser' | 'findUsers'>

/** What is looked for, in the words of Kinvey's user discovery: all of it must match. */
const lookupFilter = ({ username, email, firstName, lastName, identity }: UserCriteria, trimmed: Parts['trimmed']): JsonObject => {
  const fields = {
    username: username === undefined ? undefined : trimmed(username),
    email,
    first_name: firstName,
    last_name: lastName,
    ...(identity === undefined ? {} : { [`_socialIdentity.${identity.provider}.id`]: identity.id }),
  }
  const wanted = Object.entries(fields).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return Object.fromEntries(wanted)
}

/** Questions about users other than the own one. */
export const lookup = ({ calls, names, trimmed }: Parts): Lookup => ({
  forgotUsername: ({ email }) => calls.forgotUsername(email),

  usernameExists: (username) => calls.exists(trimmed(username)),

  findUser: ({ username, email }, session) =>
    pipe(
      calls.lookup({ session, filter: lookupFilter(username === undefined ? { email } : { username }, trimmed) }),
      TE.map(([found]) => ({ user: found === undefined ? null : toPublicUser(found, names), session })),
    ),

  findUsers: (criteria, session) =>
    pipe(
      calls.lookup({ session, filter: lookupFilter(criteria, trimmed) }),
      TE.map((found) => ({ users: found.map((wire) => toPublicUser(wire, names)), session })),
    ),
})
