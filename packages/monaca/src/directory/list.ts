import type { Result } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { MonacaUser } from '../codecs.js'
import { advance, type Cursor, isListed, type Window, windowFrom } from './cursor.js'

interface Reply {
  readonly items: readonly MonacaUser[]
  readonly totalItems: number
}

interface Listed {
  readonly users: readonly MonacaUser[]
  /** `null` after the last user. */
  readonly next: Cursor | null
}

/**
 * The users after a cursor. Monaca counts its pages from the beginning, so whoever is removed meanwhile moves all later users
 * forward. Therefore a page counts only if it begins with somebody who was listed already; else the one before is asked for.
 */
export const listAfter =
  (ask: (window: Window) => Result<Reply>) =>
  (cursor: Cursor, limit: number): Result<Listed> => {
    const from = (position: number): Result<Listed> => {
      const window = windowFrom(position, limit)
      const { page, itemsInPage } = window
      return pipe(
        ask(window),
        TE.flatMap(({ items, totalItems }) => {
          const [first] = items
          const joins = page === 1 || (first !== undefined && isListed(cursor, first))
          if (!joins) return from(Math.max(0, position - itemsInPage))
          const before = (page - 1) * itemsInPage
          const fresh = items.map((user, index) => ({ user, index })).filter(({ user }) => !isListed(cursor, user))
          const taken = fresh.slice(0, limit)
          const end = before + (taken.at(-1)?.index ?? items.length - 1) + 1
          const isLastPage = items.length < itemsInPage || before + items.length >= totalItems
          if (taken.length === 0 && !isLastPage) return from(end)
          const users = taken.map(({ user }) => user)
          return TE.right({ users, next: isLastPage && taken.length === fresh.length ? null : advance(cursor, users, end) })
        }),
      )
    }
    return from(cursor.position)
  }
