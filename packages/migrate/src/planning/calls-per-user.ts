import type { DirectoryCapabilities, UserDirectory } from '@userport/core'
import type { Mapped } from '../mapping/map-user.js'

/** Users on a page where nobody says how many. */
const usualPage = 200

/**
 * Requests that reading one user takes. A cursor over a query answers with rows that lack fields, so each user is read by itself;
 * whoever pages by key or number gets whole users.
 */
export const readingCalls = ({ list }: DirectoryCapabilities, pageSize = usualPage): number => {
  if (list.paging === 'file') return 0
  return (list.paging === 'cursor' ? 1 : 0) + 1 / pageSize
}

/**
 * Requests that making one user takes. Where the id can be chosen, the request says all there is to say; elsewhere the answer is an id,
 * so the user is read back, and each proven address is a request of its own.
 */
export const creatingCalls = ({ create }: DirectoryCapabilities, mapped: Mapped): number => {
  if (mapped.decision !== 'move' || create === false) return 0
  const { verified = {} } = mapped.input
  return (create.chosenId ? 1 : 2 + Object.keys(verified).length) + (mapped.suspend ? 1 : 0)
}

/** Users per hour at most: 3600 × rate ÷ calls per user. `null` where nothing limits the rate. */
export const ceilingOf = (callsPerSecond: number | undefined, callsPerUser: number): number | null =>
  callsPerSecond === undefined || callsPerUser === 0 ? null : (3600 * callsPerSecond) / callsPerUser

/** Requests per user at each side, from the users that were looked at. */
export const meanCalls = (
  { from, to }: { readonly from: Pick<UserDirectory, 'capabilities'>; readonly to: Pick<UserDirectory, 'capabilities'> },
  created: { readonly calls: number; readonly users: number },
  pageSize?: number,
): { readonly from: number; readonly to: number } => {
  const plain: Mapped = { decision: 'move', input: {}, suspend: false, losses: [], folded: [] }
  return {
    from: readingCalls(from.capabilities, pageSize),
    to: created.users === 0 ? creatingCalls(to.capabilities, plain) : created.calls / created.users,
  }
}
