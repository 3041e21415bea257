import { userId } from '@userport/core'
import type { Vendor } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import { mapUser } from '../src/mapping/map-user.js'
import { Tally } from '../src/planning/tally.js'
import { defaultPolicy } from '../src/policy.js'
import { unreachable } from './support/mapping-targets.js'
import { user } from './support/mapping-users.js'

describe('what a plan adds up', () => {
  it('stays small, however many things are wrong, and counts all of them', () => {
    const target = unreachable('monaca')
    const tally = new Tally(defaultPolicy, target)
    for (let index = 0; index < 2_000; index += 1) {
      const about = user({ id: userId(`id-${index}`), username: `user-${index}`, attributes: { [`bad_${index}`]: 1 } })
      tally.addUser(about, mapUser(about, target, defaultPolicy))
    }
    const findings = tally.findings()
    expect(findings.length).toBeLessThanOrEqual(501)
    expect(findings.reduce((sum, { users }) => sum + (users ?? 0), 0)).toBe(2_000)
    expect(findings[0]).toEqual({ severity: 'blocks', code: 'invalid', detail: 'and others', users: 1_500 })
  })

  it('names the fields that only the vendor knows, once', () => {
    const target = unreachable('kinvey')
    const tally = new Tally(defaultPolicy, target)
    for (const [index, name] of ['points', 'thing', 'points'].entries()) {
      const about = user({ id: userId(`id-${index}`), username: `user-${index}`, vendorData: { kii: { [name]: index } } })
      tally.addUser(about, mapUser(about, target, defaultPolicy))
    }
    const told = tally.findings().filter(({ code }) => code === 'vendor-data')
    expect(told).toEqual([
      { severity: 'notes', code: 'vendor-data', detail: 'Fields of the vendor’s own stay behind: points, thing.', users: null },
    ])
  })

  it.each<[Vendor, string[], string]>([
    ['kii', ['username'], 'changes'],
    ['kii', ['username', 'email'], 'loses'],
    ['kinvey', ['username', 'email'], 'changes'],
  ])('knows whether at %s another username helps whoever shares %j', (vendor, kinds, severity) => {
    const tally = new Tally({ ...defaultPolicy, conflicts: 'rename' }, unreachable(vendor))
    tally.addConflict('twin', kinds)
    expect(tally.findings()).toMatchObject([{ severity, users: 1 }])
  })
})
