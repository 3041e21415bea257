import type { Json } from '../json.js'
import { type Handler, jsonBody } from './call.js'
import { requireAdmin } from './caller.js'
import { invalidInput, KiiError } from './errors.js'
import { generatedUsersAfter } from './generated-users.js'
import { usersAfter } from './indexes.js'
import { pageSize } from './page-size.js'
import { queryRow } from './user-view.js'

/** `POST /users/query`: every user, page by page; the key of a page is the last internal id before it. */
export const queryUsers: Handler = (call) => {
  requireAdmin(call)
  const { data, settings } = call.world
  const body = jsonBody(call.request)
  const { userQuery, paginationKey } = body
  if (!asksForAll(userQuery)) throw new KiiError('QUERY_NOT_SUPPORTED', 'Only the clause of type all is supported')
  const size = pageSize(body, settings.userQueryPageSize)
  const after = lastSeen(paginationKey)
  const registered = usersAfter(data, after, size + 1)
  const found = [...registered, ...generatedUsersAfter(call.world, after, size + 1 - registered.length)]
  const page = found.slice(0, size)
  const last = page.at(-1)
  return {
    status: 200,
    headers: { 'content-type': 'application/vnd.kii.userqueryresponse+json' },
    body: {
      results: page.map((user) => queryRow(user, settings)),
      ...(last !== undefined && page.length < found.length ? { nextPaginationKey: `after-${last.internalUserID}` } : {}),
    },
  }
}

function asksForAll(userQuery: unknown): boolean {
  return (userQuery as { readonly clause?: Json } | undefined | null)?.clause?.type === 'all'
}

function lastSeen(paginationKey: unknown): number {
  if (paginationKey === undefined || paginationKey === null) return 0
  const [, id] = /^after-(\d+)$/.exec(String(paginationKey)) ?? []
  if (id === undefined) throw invalidInput('paginationKey is not one of this query')
  return Number(id)
}
