import { brokenRule, type JsonObject, type Result } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { Steps } from '../operations/steps.js'
import { randomText } from '../random-text.js'
import { rules } from '../rules.js'
import { brokenProperties } from './properties.js'

/** What a registration would be refused for. `taken`: somebody has the username; `invalid`: it breaks a rule, as the properties do. */
export type Refusal =
  | { readonly field: 'username'; readonly reason: 'taken' | 'invalid' }
  | { readonly field: 'properties'; readonly reason: 'invalid' }

type Refusals = readonly Refusal[]

const invalidUsername: Refusal = { field: 'username', reason: 'invalid' }
const takenUsername: Refusal = { field: 'username', reason: 'taken' }
const invalidProperties: Refusal = { field: 'properties', reason: 'invalid' }

/** Asks what a registration would be refused for. Monaca need not say which of the two it refuses, so each is asked about by itself. */
export const createRegistrationCheck = ({ accepts, isTaken }: Steps) => {
  const ofUsername = (username: string): Result<Refusals> =>
    pipe(
      accepts(username, {}),
      TE.flatMap((accepted): Result<Refusals> => {
        if (accepted) return TE.right([])
        return pipe(
          isTaken(username),
          TE.map((taken) => [taken ? takenUsername : invalidUsername]),
        )
      }),
    )

  // With a name that nobody has, and that is long enough for any backend.
  const ofProperties = (properties: JsonObject): Result<Refusals> =>
    pipe(
      accepts(randomText(64), properties),
      TE.map((accepted) => (accepted ? [] : [invalidProperties])),
    )

  return (username: string, properties: JsonObject): Result<Refusals> => {
    const nameIsSound = brokenRule(rules.username, username) === undefined
    const propertiesAreSound = brokenProperties(properties) === undefined
    const name = nameIsSound ? ofUsername(username) : TE.right([invalidUsername])
    const rest = propertiesAreSound ? ofProperties(properties) : TE.right([invalidProperties])
    return pipe(
      nameIsSound && propertiesAreSound ? accepts(username, properties) : TE.right(false),
      TE.flatMap((accepted): Result<Refusals> => {
        if (accepted) return TE.right([])
        return pipe(
          name,
          TE.flatMap((refusals) => TE.map((more: Refusals) => [...refusals, ...more])(rest)),
        )
      }),
    )
  }
}
