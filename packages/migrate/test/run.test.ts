import { describe, expect, it } from 'vitest'
import { vendors } from './support/mapping-targets.js'
import { between } from './support/migration.js'
import { compare, nothingWrong } from './support/outside.js'
import { populate, value } from './support/population.js'

const pairs = vendors.flatMap((from) => vendors.filter((to) => to !== from).map((to) => [from, to] as const))

describe.each(pairs)('from %s to %s', (fromVendor, toVendor) => {
  it('everybody moves who can, with everything the target takes', async () => {
    const { source, target, from, to, start } = between(fromVendor, toVendor)
    const { disabled } = await populate(from, 60)
    const migration = await start()
    const outcome = await value(migration.run())
    const barred = to.capabilities.suspend ? 0 : disabled
    expect(outcome).toMatchObject({ status: 'done', created: 60 - barred, resolved: 0, reasons: [] })
    expect(outcome.counts.byState).toMatchObject({ created: 60 - barred, skipped: barred, failed: 0, planned: 0, creating: 0 })
    expect(target.users()).toHaveLength(60 - barred)
    expect(compare(source, target, (user) => barred === 0 || !user.disabled)).toEqual(nothingWrong(60 - barred))
    expect(await value(migration.verify())).toMatchObject({
      compared: 60 - barred,
      equal: 60 - barred,
      different: 0,
      goneAtTarget: 0,
      notMoved: 0,
    })
  })

  it('anonymous users stay where the policy says so', async () => {
    const { source, target, from, start } = between(fromVendor, toVendor)
    const { anonymous } = await populate(from, 36)
    const outcome = await value((await start({ policy: { anonymous: 'leave' } })).run())
    expect(outcome.counts.byState.left).toBe(anonymous)
    expect(outcome.counts.byKind.anonymous).toBe(anonymous)
    const { lost, doubled, different } = compare(source, target, (user) => !user.anonymous && !(user.disabled && toVendor === 'monaca'))
    expect({ lost, doubled, different }).toEqual({ lost: [], doubled: [], different: [] })
    expect(compare(source, target, (user) => user.anonymous).lost).toHaveLength(anonymous)
  })
})
