import type { Json } from '../json.js'
import { created, type Handler, jsonBody, type KiiCall, noContent, ok, param } from './call.js'
import { requireSignedIn, unauthorized } from './caller.js'
import type { KiiGroup, KiiUser } from './data.js'
import { invalidInput } from './errors.js'
import { byId, targetUser, userNotFound } from './find-user.js'
import { addGroup, groupOf } from './groups.js'

/** `GET /groups/?is_member={userID}` or `?owner={userID}`, of anybody; the administrator may leave both out. */
export const listGroups: Handler = (call) => {
  requireSignedIn(call)
  const { world, request, caller } = call
  const [member, owner] = [request.query.get('is_member'), request.query.get('owner')]
  for (const id of [member, owner]) if (id !== null) knownUser(call, id)
  if (member === null && owner === null && caller.kind !== 'admin')
    throw unauthorized(call, 'Only the administrator of the app may list all groups')
  const groups = Object.values(world.data.groups).filter(
    (group) => (member === null || group.members.includes(member)) && (owner === null || group.owner === owner),
  )
  return ok('GroupsRetrievalResponse', { groups: groups.map(groupView) })
}

/** `POST /groups`: for anybody; the administrator may leave the owner out. */
export const createGroup: Handler = (call) => {
  requireSignedIn(call)
  const { name, owner, members = [] } = jsonBody(call.request)
  if (typeof name !== 'string' || name === '' || name.length > 190) throw invalidInput('name must be 1 to 190 characters')
  if (!Array.isArray(members) || !members.every((id) => typeof id === 'string')) throw invalidInput('members must be a list of user ids')
  const { group, notFound } = addGroup(call.world, { name, members, ...ownerOfNew(call, owner) })
  return created(call, 'GroupCreationResponse', `groups/${group.groupID}`, { groupID: group.groupID, notFoundUsers: notFound })
}

export const readGroup: Handler = (call) => ok('GroupRetrievalResponse', groupView(membersGroup(call)))

export const listMembers: Handler = (call) =>
  ok('MembersRetrievalResponse', { members: membersGroup(call).members.map((userID) => ({ userID })) })

export const addMember: Handler = (call) => {
  const group = ownersGroup(call)
  const { userID } = targetUser(call)
  group.members = [...new Set([...group.members, userID])]
  return noContent
}

/** A member leaves by himself. */
export const removeMember: Handler = (call) => {
  const group = permittedGroup(call, ({ owner }, user) => owner === user.userID || user === targetUser(call))
  const { userID } = targetUser(call)
  if (!group.members.includes(userID)) userNotFound(call.world, userID)
  group.members = group.members.filter((id) => id !== userID)
  return noContent
}

function ownerOfNew(call: KiiCall, owner: unknown): { readonly owner?: string } {
  if (owner === undefined || owner === null) {
    if (call.caller.kind !== 'admin') throw invalidInput('owner is missing')
    return {}
  }
  return { owner: knownUser(call, String(owner)).userID }
}

function membersGroup(call: KiiCall): KiiGroup {
  return permittedGroup(call, ({ members }, { userID }) => members.includes(userID))
}

function ownersGroup(call: KiiCall): KiiGroup {
  return permittedGroup(call, ({ owner }, { userID }) => owner === userID)
}

function permittedGroup(call: KiiCall, may: (group: KiiGroup, user: KiiUser) => boolean): KiiGroup {
  requireSignedIn(call)
  const group = groupOf(call.world, param(call, 'group'))
  if (call.caller.kind === 'user' && !may(group, call.caller.user)) throw unauthorized(call, 'The group is not open to this user')
  return group
}

const groupView = ({ groupID, name, owner }: KiiGroup): Json => ({ groupID, name, ...(owner === undefined ? {} : { owner }) })

const knownUser = ({ world }: KiiCall, userID: string): KiiUser => byId(world, userID) ?? userNotFound(world, userID)
