import { type User, type UserDirectory, type UserError, usersOf } from '@userport/core'
import { rolldown } from 'rolldown'
import * as E from '#fp-ts/Either'
import type { TaskEither } from '#fp-ts/TaskEither'

/** What an operation gives; throws where it fails. */
export const value = async <A>(result: TaskEither<UserError, A>): Promise<A> => {
  const outcome = await result()
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}

/** What an operation fails with; throws where it succeeds. */
export const failure = async (result: TaskEither<UserError, unknown>): Promise<UserError> => {
  const outcome = await result()
  if (E.isRight(outcome)) throw new Error('It succeeded.')
  return outcome.left
}

/** All users of a directory from a cursor on. */
export const everybody = async (
  directory: UserDirectory,
  from: { readonly cursor?: string; readonly limit?: number } = {},
): Promise<readonly User[]> => {
  const found: User[] = []
  for await (const one of usersOf(directory, from)) {
    if (E.isLeft(one)) throw new Error(JSON.stringify(one.left))
    found.push(one.right)
  }
  return found
}

export const ids = (users: readonly { readonly id: string }[]): readonly string[] => users.map(({ id }) => id)

/** The code that a browser gets for an entry of a package. */
export const bundled = async (entry: string): Promise<string> => {
  const building = await rolldown({
    input: entry,
    platform: 'browser',
    logLevel: 'silent',
    resolve: { conditionNames: ['source', 'import', 'default'] },
  })
  const { output } = await building.generate({ format: 'esm' })
  return output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join()
}
