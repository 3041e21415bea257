import { endpointsOf, type UserId, userId } from '@userport/core'
import type { KiiConfig } from '../config.js'
import { GroupsWire, TopicsWire } from '../extension/codecs.js'
import { call, type Own, ownPath } from '../request.js'

const endpoint = endpointsOf<KiiConfig>()

/** A group that the user owns or belongs to. */
export interface KiiGroup {
  readonly id: string
  readonly name?: string
  readonly owner?: UserId
}

/** Names of topics, a page of them. */
export interface KiiTopics {
  readonly topics: readonly string[]
  /** For the next page; `null` on the last. */
  readonly nextPaginationKey: string | null
}

/** A user's groups and topics. */
export const scopeEndpoints = {
  groups: endpoint({
    effect: 'read',
    request: (input: Own & { readonly by: 'is_member' | 'owner' }, config) =>
      call(config, {
        method: 'GET',
        path: `/groups/?${input.by}=${encodeURIComponent(input.session.userId)}`,
        session: input.session,
        headers: { accept: 'application/vnd.kii.GroupsRetrievalResponse+json' },
      }),
    response: GroupsWire,
    result: ({ groups }): readonly KiiGroup[] =>
      groups.map(({ groupID, name, owner }) => ({
        id: groupID,
        ...(name === undefined ? {} : { name }),
        ...(owner === undefined ? {} : { owner: userId(owner) }),
      })),
  }),

  listTopics: endpoint({
    effect: 'read',
    request: (input: Own & { readonly paginationKey?: string }, config) => {
      const query = input.paginationKey === undefined ? '' : `?paginationKey=${encodeURIComponent(input.paginationKey)}`
      return call(config, { method: 'GET', path: `${ownPath(input)}/topics${query}`, session: input.session })
    },
    response: TopicsWire,
    result: ({ topics, paginationKey }): KiiTopics => ({
      topics: topics.map(({ topicID }) => topicID),
      nextPaginationKey: paginationKey ?? null,
    }),
  }),
}
