import { type MonacaWorld, own, type StoredUser } from './data.js'
import { invalidKey, invalidParams, methodNotFound, refuse } from './errors.js'
import { managementKeyOf } from './keys.js'
import { createFromParams } from './new-user.js'
import { type Params, record, text, textList } from './params.js'
import type { RpcRun } from './rpc.js'
import { propertiesProblem, usernameProblem } from './rules.js'
import { listUsers } from './user-list.js'
import { deleteUser, findUser, renameUser, saveProperties, toWire } from './users.js'

type ManagementMethod = (world: MonacaWorld, params: Params) => unknown

const namesAreReadFrom = 100
const unchangeable = new Set(['_id', '_createdAt', '_updatedAt', '_updateAt'])

const methods: Readonly<Record<string, ManagementMethod>> = {
  'User.list': listUsers,

  'User.create': async (world, params) => ({ user: toWire(await createFromParams(world, params), world.settings) }),

  'User.get': (world, params) => ({ user: toWire(addressed(world, params), world.settings) }),

  'User.update': (world, params) => {
    const user = addressed(world, params)
    const { _username: username, ...document } = record(params, 'user')
    const properties = Object.fromEntries(Object.entries(document).filter(([name]) => !unchangeable.has(name)))
    const newName = world.settings.managementMayRename ? (username ?? user.username) : user.username
    if (typeof newName !== 'string') throw invalidParams({ _username: 'Must be a string.' })
    refuse({
      _username: newName === user.username ? undefined : usernameProblem(world, newName, user.id),
      user: propertiesProblem(properties, user.properties),
    })
    saveProperties(world, newName === user.username ? user : renameUser(world, user, newName), properties)
    return null
  },

  'User.delete': ({ data }, params) => {
    for (const id of textList(params, 'idList')) {
      const user = findUser(data, id)
      if (user !== undefined) deleteUser(data, user)
    }
    return null
  },

  'User.getPropertyNames': ({ data }) => {
    const latest = Object.values(data.users)
      .sort((one, other) => one.createdAt - other.createdAt)
      .slice(-namesAreReadFrom)
    return { names: [...new Set(latest.flatMap(({ properties }) => Object.keys(properties)))] }
  },
}

/** The endpoint that servers call, with a key in a header. */
export const runManagement =
  (world: MonacaWorld, key: string | undefined): RpcRun =>
  async ({ method, params }) => {
    const keys = world.settings.managementKeys ?? [managementKeyOf(world.appId)]
    if (key === undefined || !keys.includes(key)) throw invalidKey()
    const run = own(methods, method)
    if (run === undefined) throw methodNotFound()
    return run(world, params)
  }

const addressed = (world: MonacaWorld, params: Params): StoredUser => {
  const user = findUser(world.data, text(params, '_id'))
  if (user === undefined) throw invalidParams({ _id: 'Is unknown.' })
  return user
}
