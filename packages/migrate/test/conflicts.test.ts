import { randomUUID } from 'node:crypto'
import type { User, UserDirectory, UserPage } from '@userport/core'
import { describe, expect, it } from 'vitest'
import * as TE from '#fp-ts/TaskEither'
import type { MovePolicy } from '../src/policy.js'
import { between } from './support/migration.js'
import { everybodyAt } from './support/outside.js'
import { value } from './support/population.js'

const name = (): string => `user-${randomUUID().slice(0, 8)}`

const make = (directory: UserDirectory, username: string, email?: string): Promise<User> =>
  value(directory.create({ identifiers: { username, ...(email === undefined ? {} : { email }) } }))

/** Somebody at the target has the username of the first of two users of the source. */
const taken = async (toVendor: 'kii' | 'kinvey' | 'monaca', policy: Partial<MovePolicy>) => {
  const apps = between(toVendor === 'kinvey' ? 'kii' : 'kinvey', toVendor)
  const [first, second] = [name(), name()]
  const user = await make(apps.from, first)
  await make(apps.from, second)
  const holder = await make(apps.to, first)
  const before = apps.target.users()
  const migration = await apps.start({ policy })
  const outcome = await value(migration.run())
  const [row] = await migration.ledger.get([user.id])
  const arrived = everybodyAt(apps.target).filter(({ origin }) => origin !== undefined)
  const untouched = apps.target.users().find(({ id }) => id === holder.id)
  expect(untouched).toEqual(before[0])
  return { ...apps, migration, outcome, row, arrived, user, first, second, holder }
}

describe.each(['kii', 'kinvey', 'monaca'] as const)('a username that is taken at %s', (vendor) => {
  it('fails that user alone', async () => {
    const { outcome, row, arrived, second, migration, user } = await taken(vendor, { conflicts: 'fail' })
    expect(outcome).toMatchObject({ status: 'done-with-failures', created: 1 })
    expect(row).toMatchObject({ state: 'failed', problem: { code: 'conflict' } })
    expect(arrived.map(({ username }) => username)).toEqual([second])
    expect(await value(migration.failures())).toEqual([{ ...row?.problem, sourceIds: [user.id] }])
  })

  it('leaves that user behind', async () => {
    const { outcome, row, arrived, second } = await taken(vendor, { conflicts: 'skip' })
    expect(outcome).toMatchObject({ status: 'done', created: 1 })
    expect(row).toMatchObject({ state: 'skipped', problem: { code: 'conflict' } })
    expect(arrived.map(({ username }) => username)).toEqual([second])
  })

  it('links the user to who has it, whom undo leaves alone', async () => {
    const { outcome, row, target, holder, migration } = await taken(vendor, { conflicts: 'link' })
    expect(outcome).toMatchObject({ status: 'done', created: 1 })
    expect(row).toMatchObject({ state: 'linked', targetId: holder.id, problem: null })
    expect(await value(migration.verify())).toMatchObject({ compared: 2, equal: 2 })
    expect(await value(migration.undo())).toMatchObject({ removed: 1, kept: [], status: 'done' })
    expect(target.users().map(({ id }) => id)).toEqual([holder.id])
  })

  it('gives the user another one', async () => {
    const { outcome, row, arrived, first, second, migration } = await taken(vendor, { conflicts: 'rename' })
    expect(outcome).toMatchObject({ status: 'done', created: 2 })
    expect(row).toMatchObject({ state: 'created', targetName: `${first}-2` })
    expect(row?.losses).toContain('username-renamed')
    expect(arrived.map(({ username }) => username).sort()).toEqual([`${first}-2`, second].sort())
    expect(await value(migration.verify())).toMatchObject({ compared: 2, equal: 2 })
  })
})

it('a username is made by the rule until one is free, and none is taken from another user of the source', async () => {
  const { from, to, target, start } = between('kinvey', 'monaca')
  const username = name()
  const user = await make(from, username)
  await make(from, `${username}.n3`)
  await make(to, username)
  await make(to, `${username}.n2`)
  const migration = await start({ policy: { conflicts: 'rename', renameTo: '{username}.n{n}' } })
  expect(await value(migration.run())).toMatchObject({ status: 'done', created: 2 })
  expect((await migration.ledger.get([user.id]))[0]?.targetName).toBe(`${username}.n4`)
  expect(target.users().map((row) => row.username)).toContain(`${username}.n3`)
})

describe('twins: users of the source that only case or Unicode tells apart', () => {
  const twins = async (policy: Partial<MovePolicy>) => {
    const apps = between('kinvey', 'monaca')
    const plain = name()
    const forms = [plain, plain.toUpperCase(), plain.replace('user', 'ｕｓｅｒ')]
    for (const form of forms) await make(apps.from, form)
    await make(apps.from, name())
    const migration = await apps.start({ policy })
    const outcome = await value(migration.run())
    const problems = outcome.counts.byProblem
    return { ...apps, migration, outcome, problems, forms, usernames: apps.target.users().map(({ username }) => username) }
  }

  it('fail but for the first', async () => {
    const { outcome, problems, usernames } = await twins({ conflicts: 'fail' })
    expect(outcome).toMatchObject({ status: 'done-with-failures', created: 2, counts: { byState: { failed: 2 } } })
    expect(problems).toEqual([{ code: 'twin', detail: 'username like that of another user of the source', count: 2 }])
    expect(usernames).toHaveLength(2)
  })

  it('stay behind but for the first', async () => {
    const { outcome, usernames } = await twins({ conflicts: 'skip' })
    expect(outcome).toMatchObject({ status: 'done', created: 2, counts: { byState: { skipped: 2 } } })
    expect(usernames).toHaveLength(2)
  })

  it('are one user at the target', async () => {
    const { outcome, usernames, migration, from, forms } = await twins({ conflicts: 'link' })
    expect(outcome).toMatchObject({ status: 'done', created: 2, counts: { byState: { linked: 2 } } })
    expect(usernames).toHaveLength(2)
    const found = await Promise.all(forms.map((username) => value(from.find({ username }))))
    const rows = await migration.ledger.get(found.map((user) => user?.id ?? ''))
    expect(new Set(rows.map(({ targetId }) => targetId)).size).toBe(1)
  })

  it('get other names', async () => {
    const { outcome, usernames, migration } = await twins({ conflicts: 'rename' })
    expect(outcome).toMatchObject({ status: 'done', created: 4 })
    expect(new Set(usernames.map((username) => username?.normalize('NFKC').toLowerCase())).size).toBe(4)
    expect(await value(migration.verify())).toMatchObject({ compared: 4, equal: 4 })
  })
})

it('a twin fails with whom it was to be linked to, and is linked once that one has moved', async () => {
  const { from, target, start } = between('kinvey', 'kii')
  const wanted = name()
  const both = [await make(from, wanted), await make(from, wanted.toUpperCase())]
  target.faults.add({ method: 'POST', path: 'users$', kind: { type: 'status', status: 400 } })
  const migration = await start({ policy: { conflicts: 'link' } })
  expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', counts: { byState: { failed: 2 } } })
  const rows = await migration.ledger.get(both.map(({ id }) => id))
  expect(rows.map(({ problem }) => problem?.code).sort()).toEqual(['Vendor', 'twin'])
  target.faults.clear()
  expect(await value(migration.resume())).toMatchObject({ status: 'done', counts: { byState: { created: 1, linked: 1 } } })
  expect(target.users()).toHaveLength(1)
})

describe('a user who gets a name like that of another user of the source, after the move', () => {
  const renamedAtSource = async (conflicts: MovePolicy['conflicts']) => {
    const { from, to, target, start } = between('kinvey', 'monaca')
    const [plain, other] = [name(), name()]
    const first = await make(from, plain)
    const second = await make(from, other)
    const migration = await start({ policy: { conflicts } })
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 2 })
    await value(from.update(second.id, { identifiers: { username: plain.toUpperCase() } }))
    const outcome = await value(migration.run())
    const namesThere = () =>
      target
        .users()
        .map(({ username }) => username ?? '')
        .sort()
    return { from, to, migration, outcome, plain, other, first, second, namesThere }
  }

  it.each(['fail', 'skip', 'link'] as const)('keeps the old one there, which is told (%s)', async (conflicts) => {
    const { outcome, plain, other, namesThere } = await renamedAtSource(conflicts)
    expect(namesThere()).toEqual([plain, other].sort())
    expect(outcome.counts.byProblem).toEqual([{ code: 'twin', detail: 'username like that of another user of the source', count: 1 }])
  })

  it('gets another one by the rule', async () => {
    const { outcome, plain, namesThere, migration } = await renamedAtSource('rename')
    expect(namesThere()).toEqual([`${plain.toUpperCase()}-2`, plain])
    expect(outcome.counts).toMatchObject({ byProblem: [], byLoss: { 'username-renamed': 1 } })
    expect(await value(migration.verify())).toMatchObject({ equal: 2, different: 0 })
  })

  it('has it once the other one has another', async () => {
    const { from, first, migration, plain, namesThere } = await renamedAtSource('fail')
    await value(from.update(first.id, { identifiers: { username: `${plain}-married` } }))
    await value(migration.run())
    expect((await value(migration.run())).counts.byProblem).toEqual([])
    expect(namesThere()).toEqual([plain.toUpperCase(), `${plain}-married`])
  })

  it('and who comes later is held against the new name, not against the old one', async () => {
    const { from, to, start } = between('kinvey', 'monaca')
    const [before, after] = [name(), name()]
    const user = await make(from, before)
    const migration = await start({ policy: { conflicts: 'fail' } })
    await value(migration.run())
    await value(from.update(user.id, { identifiers: { username: after } }))
    await value(migration.run())
    await make(from, after.toUpperCase())
    await make(from, before.toUpperCase())
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', created: 1 })
    expect(await value(to.find({ username: before.toUpperCase() }))).not.toBeNull()
    expect(await value(to.find({ username: after.toUpperCase() }))).toBeNull()
  })

  it('nor does it go to somebody else once a user without a login has got it', async () => {
    const { from, start } = between('kinvey', 'monaca')
    const got = name()
    const { id } = await value(from.create({}))
    const migration = await start({ policy: { conflicts: 'fail', anonymous: 'leave' } })
    await value(migration.run())
    await value(from.update(id, { identifiers: { username: got } }))
    expect(await value(migration.run())).toMatchObject({ created: 1 })
    await make(from, got.toUpperCase())
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', created: 0 })
  })

  it('nor does an address go to somebody else that its user has at the source no more, but still there', async () => {
    const { from: source, target, start } = between('kii', 'kinvey')
    const email = `${name()}@example.com`
    const first = await make(source, name(), email)
    const second = await make(source, name())
    let holder: User | undefined = first
    const shown = (user: User): User => {
      const { email: _, ...others } = user
      return user.id === holder?.id ? { ...others, email: { address: email, verified: true } } : others
    }
    const from: UserDirectory = {
      ...source,
      list: (...args) => TE.map((page: UserPage) => ({ ...page, users: page.users.map(shown) }))(source.list(...args)),
      get: (...args) => TE.map((user: User | null) => user && shown(user))(source.get(...args)),
    }
    const migration = await start({ from, policy: { conflicts: 'fail' } })
    await value(migration.run())
    holder = undefined
    await value(migration.run())
    holder = second
    const { counts } = await value(migration.run())
    expect(counts.byProblem).toEqual([{ code: 'twin', detail: 'email like that of another user of the source', count: 1 }])
    expect(target.users().filter((user) => user.email === email)).toHaveLength(1)
  })

  it('somebody may have what a user had who left before the move', async () => {
    const { from, to, target, start } = between('kinvey', 'monaca')
    const wanted = name()
    const other = await make(to, wanted)
    const user = await make(from, wanted, `${wanted}@example.com`)
    const migration = await start({ policy: { conflicts: 'fail' } })
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures' })
    await value(to.erase(other.id))
    await value(from.erase(user.id))
    await value(migration.resume())
    await make(from, wanted)
    expect(await value(migration.run())).toMatchObject({ status: 'done', created: 1 })
    expect(target.users()).toMatchObject([{ username: wanted }])
  })

  it('nor once somebody who had failed has got it', async () => {
    const { from, to, start } = between('kinvey', 'monaca')
    const [got, taken] = [name(), name()]
    await make(to, taken)
    const user = await make(from, taken)
    const migration = await start({ policy: { conflicts: 'fail' } })
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures' })
    await value(from.update(user.id, { identifiers: { username: got } }))
    expect(await value(migration.resume())).toMatchObject({ created: 1 })
    await make(from, got.toUpperCase())
    expect(await value(migration.run())).toMatchObject({ status: 'done-with-failures', created: 0 })
  })
})

describe('an e-mail address that somebody has at a target that would take it twice', () => {
  const addressed = async (policy: Partial<MovePolicy>) => {
    const apps = between('kii', 'kinvey')
    const email = `${name()}@example.com`
    const user = await make(apps.from, name(), email)
    await make(apps.from, name(), `${name()}@example.com`)
    const holder = await make(apps.to, name(), email)
    const migration = await apps.start({ policy })
    const outcome = await value(migration.run())
    const [row] = await migration.ledger.get([user.id])
    return { outcome, row, holder, target: apps.target }
  }

  it.each([
    ['fail', 'failed', 1],
    ['skip', 'skipped', 1],
    ['link', 'linked', 1],
    ['rename', 'created', 2],
  ] as const)('%s: that user is %s', async (conflicts, state, created) => {
    const { outcome, row, holder, target } = await addressed({ conflicts })
    expect(outcome.created).toBe(created)
    expect(row?.state).toBe(state)
    if (conflicts === 'link') expect(row?.targetId).toBe(holder.id)
    expect(target.users()).toHaveLength(created + 1)
  })

  it('is not asked about at a target that holds nobody else', async () => {
    const { from, to, target, start } = between('kii', 'kinvey')
    await make(from, name(), `${name()}@example.com`)
    expect(to.capabilities.count).toBe(true)
    expect(await value((await start()).run())).toMatchObject({ created: 1 })
    expect(target.requests.all().map(({ method }) => method)).toEqual(['GET', 'POST'])
  })
})

it('who was moved before, with a ledger that is lost, is linked: nothing is written, and undo leaves them alone', async () => {
  const { from, target, start } = between('kii', 'kinvey')
  const users = await Promise.all([name(), name()].map((username) => make(from, username)))
  await value((await start()).run())
  const before = target.users()
  const again = await start()
  expect(await value(again.run())).toMatchObject({ status: 'done', created: 0, counts: { byState: { linked: 2 } } })
  expect((await again.ledger.get(users.map(({ id }) => id))).map(({ targetId }) => targetId).sort()).toEqual(
    before.map(({ id }) => id).sort(),
  )
  expect(await value(again.undo())).toMatchObject({ removed: 0, kept: [] })
  expect(target.users()).toEqual(before)
})
