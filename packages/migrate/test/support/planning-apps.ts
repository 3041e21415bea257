import { randomUUID } from 'node:crypto'
import type { NewUser, Result, User, UserDirectory, UserError } from '@userport/core'
import type { LoggedRequest, Sandbox, Vendor } from '@userport/sandbox'
import * as E from '#fp-ts/Either'
import { directoryAt } from './mapping-targets.js'

/** What an operation gives; throws where it fails. */
export const value = async <A>(result: Result<A>): Promise<A> => {
  const outcome = await result()
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}

/** What an operation fails with; throws where it succeeds. */
export const failure = async (result: Result<unknown>): Promise<UserError> => {
  const outcome = await result()
  if (E.isRight(outcome)) throw new Error('It succeeded.')
  return outcome.left
}

/** An app that nobody else uses, seen by its operator and from outside. */
export const appAt = (sandbox: Sandbox, vendor: Vendor) => {
  const id = `app-${randomUUID().slice(0, 12)}`
  const world = sandbox.app(vendor, id)
  const directory: UserDirectory = directoryAt(sandbox, vendor, id)
  return {
    directory,
    world,
    add: (people: readonly NewUser[]): Promise<readonly User[]> => Promise.all(people.map((person) => value(directory.create(person)))),
    requests: (): readonly LoggedRequest[] => world.requests.all(),
  }
}
