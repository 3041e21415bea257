import {
  defineDirectory,
  type Result,
  type StopSignal,
  type User,
  type UserDirectory,
  type UserError,
  type UserPage,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { rules } from '../rules.js'
import { type ExportOptions, readMonacaExport } from './export.js'
import type { BrokenRow } from './export-rows.js'

/** What can be done with an exported file. */
export const exportCapabilities = {
  count: true,
  signIn: { identifiers: ['username'] },
  list: { paging: 'file' },
  find: false,
  create: false,
  update: false,
  setPassword: false,
  suspend: false,
  erase: false,
} as const

export interface ExportDirectoryOptions extends ExportOptions {
  /**
   * Is told of what is no user, which is then passed over. It is told again when the file is read again.
   * Without it, such a row ends the operation with `Protocol`.
   */
  readonly onBroken?: (broken: BrokenRow) => void
  /** Milliseconds that an operation may take, where the call does not say (default 30,000). */
  readonly deadline?: number
}

const usersOnAPage = 500

type Found = E.Either<BrokenRow, User>

/** A reader on its way through the file. */
interface Place {
  readonly found: AsyncGenerator<Found, void, undefined>
  /** How many users it has read. */
  at: number
}

/** The users of an export as a directory that can only be read. A page goes on where the one before ended, without reading all again. */
export const createMonacaExportDirectory = (path: string, options: ExportDirectoryOptions = {}): UserDirectory => {
  const { onBroken, deadline, ...reading } = options
  let waiting: Place | undefined

  async function* everybody(): Place['found'] {
    for await (const row of readMonacaExport(path, reading)) {
      if ('user' in row) yield E.right(row.user)
      else if (onBroken === undefined) yield E.left(row)
      else onBroken(row)
    }
  }

  const placeAt = async (position: number): Promise<Place> => {
    const place = waiting
    waiting = undefined
    if (place?.at === position) return place
    await place?.found.return()
    return { found: everybody(), at: 0 }
  }

  const page = async (position: number, limit: number, signal: StopSignal): Promise<E.Either<BrokenRow, UserPage>> => {
    const place = await placeAt(position)
    const users: User[] = []
    while (users.length < limit && !signal.aborted) {
      const { done, value } = await place.found.next()
      if (done === true) return E.right({ users, next: null })
      if (E.isLeft(value)) {
        await place.found.return()
        return value
      }
      if (place.at >= position) users.push(value.right)
      place.at += 1
    }
    if (signal.aborted) await place.found.return()
    else waiting = place
    return E.right({ users, next: String(place.at) })
  }

  /** Looks at all users until it is done. */
  const scan = async (signal: StopSignal, isDone: (user: User) => boolean): Promise<E.Either<BrokenRow, void>> => {
    for await (const found of everybody()) {
      if (E.isLeft(found)) return found
      if (signal.aborted || isDone(found.right)) break
    }
    return E.right(undefined)
  }

  return defineDirectory(exportCapabilities)({
    vendor: 'monaca',
    rules,
    deadline,
    check: (operation, [input]) => {
      const { cursor = '0' } = operation === 'list' ? (input as { readonly cursor?: string }) : {}
      return /^\d{1,15}$/.test(cursor) ? undefined : { field: 'cursor', rule: 'is not one of this list' }
    },
    operations: ({ at, signal }) => {
      const fromFile = <A>(read: () => Promise<E.Either<BrokenRow, A>>): Result<A> =>
        pipe(
          TE.tryCatch(read, () => userError('Configuration', at, { path: 'path', problem: `${path} cannot be read.` })),
          TE.flatMapEither(
            E.mapLeft(
              ({ row, reason }): UserError => userError('Protocol', at, { path: `row ${row}`, expected: `a user, but this row ${reason}` }),
            ),
          ),
        )

      return {
        count: () =>
          fromFile(async () => {
            let count = 0
            const read = await scan(signal, () => {
              count += 1
              return false
            })
            return E.map(() => count)(read)
          }),

        list: ({ cursor = '0', limit = usersOnAPage }) => fromFile(() => page(Number(cursor), limit, signal)),

        get: (id) =>
          fromFile(async () => {
            let found: User | null = null
            const read = await scan(signal, (user) => {
              if (user.id === id) found = user
              return found !== null
            })
            return E.map(() => found)(read)
          }),
      }
    },
  })
}
