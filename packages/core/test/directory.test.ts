import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import {
  type DirectoryCapabilities,
  type DirectoryOperations,
  defineDirectory,
  type StopSignal,
  type User,
  type UserDirectory,
  type UserError,
  userError,
  userId,
  usersOf,
} from '../src/index.js'
import { rules } from './support/fake-vendor.js'

const everything = {
  count: true,
  signIn: { identifiers: ['username'] },
  list: { paging: 'keyset' },
  find: { identifiers: ['username'] },
  create: { placeholder: false, verified: ['email'], chosenId: false, createdAt: false },
  update: true,
  setPassword: true,
  suspend: true,
  erase: true,
} as const satisfies DirectoryCapabilities

const nothing = {
  count: false,
  signIn: { identifiers: ['username'] },
  list: { paging: 'file' },
  find: false,
  create: false,
  update: false,
  setPassword: false,
  suspend: false,
  erase: false,
} as const satisfies DirectoryCapabilities

const user = (id: string): User => ({
  id: userId(id),
  vendor: 'fake',
  kind: 'registered',
  identities: [],
  attributes: {},
  status: 'enabled',
  vendorData: {},
})

const freely = {
  ...everything,
  create: { placeholder: true, verified: ['email', 'phone'], chosenId: true, createdAt: true },
} as const satisfies DirectoryCapabilities

/** A directory whose operations all succeed, and the names of those that were run. */
const working = (capabilities: typeof everything | typeof freely = everything) => {
  const ran: string[] = []
  const run =
    <A>(name: string, answer: A) =>
    () => {
      ran.push(name)
      return TE.right<UserError, A>(answer)
    }
  const directory = defineDirectory(capabilities)({
    vendor: 'fake',
    rules,
    check: (operation, [input]) => (operation === 'get' && input === 'broken' ? { field: 'id', rule: 'is broken' } : undefined),
    operations: () => ({
      count: run('count', 1),
      list: run('list', { users: [], next: null }),
      get: run('get', null),
      find: run('find', null),
      create: run('create', user('1')),
      update: run('update', user('1')),
      setPassword: run('setPassword', undefined),
      suspend: run('suspend', undefined),
      restore: run('restore', undefined),
      erase: run('erase', undefined),
    }),
  })
  return { directory, ran }
}

const id = userId('1')
const calls: Readonly<Record<keyof DirectoryOperations, (directory: UserDirectory) => TE.TaskEither<UserError, unknown>>> = {
  count: (directory) => directory.count(),
  list: (directory) => directory.list({}),
  get: (directory) => directory.get(id),
  find: (directory) => directory.find({ username: 'alice' }),
  create: (directory) => directory.create({ identifiers: { username: 'alice' }, password: 'correct horse' }),
  update: (directory) => directory.update(id, { displayName: 'Alice' }),
  setPassword: (directory) => directory.setPassword(id, 'correct horse'),
  suspend: (directory) => directory.suspend(id),
  restore: (directory) => directory.restore(id),
  erase: (directory) => directory.erase(id),
}
const names = Object.keys(calls) as readonly (keyof DirectoryOperations)[]

const failure = async (result: TE.TaskEither<UserError, unknown>): Promise<UserError> => {
  const outcome = await result()
  if (E.isRight(outcome)) throw new Error('It succeeded.')
  return outcome.left
}

describe('a directory', () => {
  it.each(names)('runs %s', async (name) => {
    const { directory, ran } = working()
    expect(E.isRight(await calls[name](directory)())).toBe(true)
    expect(ran).toEqual([name])
  })

  it.each(names.filter((name) => name !== 'list' && name !== 'get'))('without the capability refuses %s', async (name) => {
    const directory = defineDirectory(nothing)({
      vendor: 'fake',
      rules,
      operations: () => ({ list: () => TE.right({ users: [], next: null }), get: () => TE.right(null) }),
    })
    const capability = `directory.${name === 'restore' ? 'suspend' : name}`
    expect(await failure(calls[name](directory))).toMatchObject({ _tag: 'Unsupported', operation: name, capability })
  })

  it.each(names)('that cannot work says why to %s', async (name) => {
    const refuse = userError('Configuration', { vendor: 'fake', operation: 'configure' }, { path: 'key', problem: 'is missing.' })
    const directory = defineDirectory(nothing)({
      vendor: 'fake',
      rules,
      refuse,
      operations: () => ({ list: () => TE.right({ users: [], next: null }), get: () => TE.right(null) }),
    })
    expect(await failure(calls[name](directory))).toEqual({ ...refuse, operation: name })
  })

  const password = 'correct horse'
  const broken: readonly (readonly [
    what: string,
    call: (directory: UserDirectory) => TE.TaskEither<UserError, unknown>,
    expected: object,
  ])[] = [
    ['an empty id', (d) => d.get(userId('')), { _tag: 'InvalidInput', field: 'id' }],
    ['an id that leads elsewhere', (d) => d.erase(userId('..')), { _tag: 'InvalidInput', field: 'id' }],
    ['what its vendor checks', (d) => d.get(userId('broken')), { _tag: 'InvalidInput', field: 'id', rule: 'is broken' }],
    ['an empty cursor', (d) => d.list({ cursor: '' }), { _tag: 'InvalidInput', field: 'cursor' }],
    ['a page of no users', (d) => d.list({ limit: 0 }), { _tag: 'InvalidInput', field: 'limit' }],
    ['a page of half a user', (d) => d.list({ limit: 0.5 }), { _tag: 'InvalidInput', field: 'limit' }],
    ['an identifier it cannot find by', (d) => d.find({ email: 'a@b.c' }), { _tag: 'Unsupported', capability: 'directory.find.email' }],
    ['a new user without a password', (d) => d.create({ identifiers: { username: 'alice' } }), { _tag: 'InvalidInput', field: 'password' }],
    ['a chosen id', (d) => d.create({ id: 'a', password }), { _tag: 'Unsupported', capability: 'directory.create.chosenId' }],
    [
      'a chosen time',
      (d) => d.create({ createdAt: '2020-01-01', password }),
      { _tag: 'Unsupported', capability: 'directory.create.createdAt' },
    ],
    [
      'a phone to be verified',
      (d) => d.create({ identifiers: { phone: '+819012345678' }, password, verified: { phone: true } }),
      { _tag: 'Unsupported', capability: 'directory.create.verified.phone' },
    ],
    [
      'a verified e-mail address that is not given',
      (d) => d.create({ password, verified: { email: true } }),
      { _tag: 'InvalidInput', field: 'email' },
    ],
    [
      'a change of nothing',
      (d) => d.update(id, { identifiers: { username: undefined }, set: {} }),
      { _tag: 'InvalidInput', field: 'change' },
    ],
    [
      'an attribute that is set and removed',
      (d) => d.update(id, { set: { color: 1 }, remove: ['color'] }),
      { _tag: 'InvalidInput', field: 'attributes.color' },
    ],
    ['an empty username', (d) => d.update(id, { identifiers: { username: '' } }), { _tag: 'InvalidInput', field: 'username' }],
    ['an empty password', (d) => d.setPassword(id, ''), { _tag: 'InvalidInput', field: 'password' }],
    ['nothing to find by', (d) => d.find({} as never), { _tag: 'InvalidInput', field: 'identifier' }],
    ['an empty id to be changed', (d) => d.update(userId(''), { displayName: 'Alice' }), { _tag: 'InvalidInput', field: 'id' }],
    ['nothing in place of a change', (d) => d.update(id, null as never), { _tag: 'InvalidInput', field: 'input' }],
    ['a field of the vendor to be removed', (d) => d.update(id, { remove: ['id'] }), { _tag: 'InvalidInput', field: 'attributes.id' }],
    ['a field of the vendor to be set', (d) => d.update(id, { set: { id: 1 } }), { _tag: 'InvalidInput', field: 'attributes.id' }],
    ['an empty id for a password', (d) => d.setPassword(userId(''), password), { _tag: 'InvalidInput', field: 'id' }],
    ['nothing in place of a page', (d) => d.list(null as never), { _tag: 'InvalidInput', field: 'input' }],
    ['nothing in place of a user', (d) => d.create(undefined as unknown as object), { _tag: 'InvalidInput', field: 'input' }],
    [
      'what cannot be looked into',
      (d) => d.create({ password, profile: 5 as unknown as object, identifiers: null as never }),
      { _tag: 'InvalidInput', field: 'input' },
    ],
  ]
  it.each(broken)('refuses %s before anything is sent', async (_, call, expected) => {
    const { directory, ran } = working()
    expect(await failure(call(directory))).toMatchObject(expected)
    expect(ran).toEqual([])
  })

  it.each([
    ['a chosen id that leads elsewhere', { id: '..' }, 'id'],
    ['a time of creation that is none', { createdAt: 'long ago' }, 'createdAt'],
    ['a phone that is to be verified and not given', { verified: { phone: true } }, 'phone'],
    ['an empty password, though it may be left out', { password: '' }, 'password'],
  ])('that may choose refuses %s', async (_, input, field) => {
    const { directory, ran } = working(freely)
    expect(await failure(directory.create(input))).toMatchObject({ _tag: 'InvalidInput', field })
    expect(ran).toEqual([])
  })

  it('that may choose takes an id, a time and no password', async () => {
    const { directory, ran } = working(freely)
    const chosen = { id: 'a1', createdAt: '2020-01-01T00:00:00Z', identifiers: { email: 'a@b.c' }, verified: { email: true } }
    expect(E.isRight(await directory.create(chosen)())).toBe(true)
    expect(ran).toEqual(['create'])
  })

  it('ends in time', async () => {
    const directory = defineDirectory(nothing)({
      vendor: 'fake',
      rules,
      deadline: 20,
      operations: () => ({ list: () => () => new Promise(() => undefined), get: () => TE.right(null) }),
    })
    expect((await failure(directory.list({})))._tag).toBe('Timeout')
  })

  it('stops when it is told to, and says so to its operation', async () => {
    let heard: StopSignal | undefined
    const directory = defineDirectory(nothing)({
      vendor: 'fake',
      rules,
      operations: ({ signal }) => ({
        list: () => () => {
          heard = signal
          return new Promise(() => undefined)
        },
        get: () => TE.right(null),
      }),
    })
    const stop = new AbortController()
    const failed = failure(directory.list({}, { signal: stop.signal }))
    await pause(5)
    stop.abort()
    expect((await failed)._tag).toBe('Cancelled')
    expect(heard?.aborted).toBe(true)
  })
})

describe('usersOf', () => {
  /** Lists the numbers from 0 up to 6, three at a time, and fails at `broken`. */
  const counting = (broken?: string): Pick<UserDirectory, 'list'> => ({
    list: ({ cursor = '0' }) => {
      if (cursor === broken) return TE.left(userError('Network', { vendor: 'fake', operation: 'list' }, {}))
      const from = Number(cursor)
      const users = [0, 1, 2].map((more) => from + more).filter((number) => number < 7)
      return TE.right({ users: users.map((number) => user(String(number))), next: from + 3 < 7 ? String(from + 3) : null })
    },
  })

  const collected = async (directory: Pick<UserDirectory, 'list'>, from?: { readonly cursor?: string }): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const one of usersOf(directory, from)) found.push(E.isRight(one) ? one.right.id : one.left._tag)
    return found
  }

  it('gives every user once', async () => {
    expect(await collected(counting())).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  })

  it('goes on from a cursor', async () => {
    expect(await collected(counting(), { cursor: '3' })).toEqual(['3', '4', '5', '6'])
  })

  it('ends with the first failure', async () => {
    expect(await collected(counting('3'))).toEqual(['0', '1', '2', 'Network'])
  })
})
