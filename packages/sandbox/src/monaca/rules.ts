import type { MonacaWorld, Properties } from './data.js'
import { findByUsername } from './users.js'

const longestUsername = 255
const longestPassword = 80
const propertyName = /^[a-zA-Z][a-zA-Z0-9]*$/
const largestProperties = 500 * 1024

/** What is wrong with a username, for anybody but the user who has it already. */
export const usernameProblem = (world: MonacaWorld, username: string, ownerId?: string): string | undefined => {
  const problem = textProblem(username, world.settings.minimumUsernameLength, longestUsername)
  if (problem !== undefined) return problem
  const owner = findByUsername(world.data, username)
  return owner === undefined || owner.id === ownerId ? undefined : 'Is already taken.'
}

export const passwordProblem = (world: MonacaWorld, password: string): string | undefined =>
  textProblem(password, world.settings.minimumPasswordLength, longestPassword)

/** What is wrong with properties that are to be added to the ones already stored. */
export const propertiesProblem = (properties: Properties, stored: Properties = {}): string | undefined => {
  const misnamed = Object.keys(properties).find((name) => !propertyName.test(name))
  if (misnamed !== undefined) return `The name ${JSON.stringify(misnamed)} must be letters and digits and start with a letter.`
  const size = Buffer.byteLength(JSON.stringify({ ...stored, ...properties }))
  return size > largestProperties ? `All properties together must not exceed ${largestProperties} bytes of JSON.` : undefined
}

const textProblem = (value: string, minimum: number, maximum: number): string | undefined => {
  if (/\s/.test(value)) return 'Must not include spaces.'
  if (value.length < minimum) return `Must not be shorter than ${minimum} characters.`
  if (value.length > maximum) return `Must not be longer than ${maximum} characters.`
  return undefined
}
