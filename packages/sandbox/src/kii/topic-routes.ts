import { type Handler, type KiiCall, noContent, ok, param } from './call.js'
import { requireSelfOrAdmin } from './caller.js'
import type { KiiUser } from './data.js'
import { invalidInput, KiiError } from './errors.js'
import { targetUser } from './find-user.js'

/** `GET /users/{u}/topics`: page by page; the key of a page names the last topic before it, and is stale once that topic is gone. */
export const listTopics: Handler = (call) => {
  const { topics = [] } = owner(call)
  const size = call.world.settings.topicPageSize
  const start = positionAfter(topics, call.request.query.get('paginationKey'))
  const page = topics.slice(start, start + size)
  const last = page.at(-1)
  return ok('TopicsRetrievalResponse', {
    topics: page.map((topicID) => ({ topicID })),
    ...(last !== undefined && start + size < topics.length ? { paginationKey: Buffer.from(last).toString('base64url') } : {}),
  })
}

export const createTopic: Handler = (call) => {
  const user = owner(call)
  const topicID = param(call, 'topic')
  if (!/^[\w-]{1,64}$/.test(topicID)) throw invalidInput('topicID must be 1 to 64 letters, digits, dashes or underscores')
  const { topics = [] } = user
  if (topics.includes(topicID)) throw topicError('TOPIC_ALREADY_EXISTS', `Topic ${topicID} already exists`, topicID, call)
  user.topics = [...topics, topicID]
  return noContent
}

/** Answers `HEAD` too: a topic has nothing to show but that it exists. */
export const readTopic: Handler = (call) => {
  requireTopic(call)
  return noContent
}

export const deleteTopic: Handler = (call) => {
  const { user, topics, topicID } = requireTopic(call)
  user.topics = topics.filter((id) => id !== topicID)
  return noContent
}

function owner(call: KiiCall): KiiUser {
  const user = targetUser(call)
  requireSelfOrAdmin(call, user)
  return user
}

function requireTopic(call: KiiCall): { readonly user: KiiUser; readonly topics: readonly string[]; readonly topicID: string } {
  const user = owner(call)
  const topicID = param(call, 'topic')
  const { topics = [] } = user
  if (!topics.includes(topicID)) throw topicError('TOPIC_NOT_FOUND', `Topic ${topicID} was not found`, topicID, call)
  return { user, topics, topicID }
}

function positionAfter(topics: readonly string[], paginationKey: string | null): number {
  if (paginationKey === null) return 0
  const at = topics.indexOf(Buffer.from(paginationKey, 'base64url').toString('utf8'))
  if (at === -1) throw invalidInput('paginationKey is not one of this list')
  return at + 1
}

function topicError(code: 'TOPIC_NOT_FOUND' | 'TOPIC_ALREADY_EXISTS', message: string, topicID: string, { world }: KiiCall): KiiError {
  return new KiiError(code, message, { topicID, appID: world.appId })
}
