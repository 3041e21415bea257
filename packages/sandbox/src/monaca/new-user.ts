import { hashPassword } from '../passwords.js'
import type { MonacaWorld, StoredUser } from './data.js'
import { refuse } from './errors.js'
import { type Params, record, text } from './params.js'
import { passwordProblem, propertiesProblem, usernameProblem } from './rules.js'
import { createUser } from './users.js'

/** Creates the user that `username`, `password` and `properties` describe. Fails with -32602 where they break a rule. */
export const createFromParams = async (world: MonacaWorld, params: Params): Promise<StoredUser> => {
  const username = text(params, 'username')
  const password = text(params, 'password')
  const properties = record(params, 'properties')
  refuse({
    username: usernameProblem(world, username),
    password: passwordProblem(world, password),
    properties: propertiesProblem(properties),
  })
  const passwordHash = await hashPassword(password)
  // Hashing takes a while: somebody else may have taken the name meanwhile.
  refuse({ username: usernameProblem(world, username) })
  return createUser(world, { username, passwordHash, properties })
}
