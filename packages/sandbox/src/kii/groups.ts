import { randomHex } from '../random-ids.js'
import type { KiiWorld } from './call.js'
import type { KiiGroup } from './data.js'
import { KiiError } from './errors.js'
import { byId } from './find-user.js'

export interface NewGroup {
  readonly name: string
  /** A user id; the owner becomes a member. */
  readonly owner?: string
  readonly members?: readonly string[]
}

/** Adds a group; ids that are nobody's come back. */
export function addGroup(world: KiiWorld, { name, owner, members = [] }: NewGroup): { group: KiiGroup; notFound: readonly string[] } {
  const wanted = new Set([...(owner === undefined ? [] : [owner]), ...members])
  const found = [...wanted].filter((id) => byId(world, id) !== undefined)
  const group: KiiGroup = { groupID: randomHex(25), name, members: found, ...(owner === undefined ? {} : { owner }) }
  world.data.groups[group.groupID] = group
  return { group, notFound: [...wanted].filter((id) => !found.includes(id)) }
}

export function groupOf({ data, appId }: KiiWorld, groupID: string): KiiGroup {
  const group = Object.hasOwn(data.groups, groupID) ? data.groups[groupID] : undefined
  if (group === undefined) throw new KiiError('GROUP_NOT_FOUND', `Group ${groupID} was not found`, { groupID, appID: appId })
  return group
}
