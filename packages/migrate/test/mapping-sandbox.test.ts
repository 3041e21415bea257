import type { User } from '@userport/core'
import { type Sandbox, startSandbox } from '@userport/sandbox'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { differences, isOurs } from '../src/mapping/compare.js'
import { mapUser } from '../src/mapping/map-user.js'
import { targetOf } from '../src/mapping/target-of.js'
import { defaultPolicy, type MovePolicy } from '../src/policy.js'
import { directoryAt, vendors } from './support/mapping-targets.js'
import { anyUser } from './support/mapping-users.js'

const policy: MovePolicy = { ...defaultPolicy, invalid: 'adapt', anonymous: 'move' }

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

describe.each(vendors)('%s', (vendor) => {
  it('makes whoever is mapped, as wanted', async () => {
    const app = `mapped-to-${vendor}`
    // How short a name may be is set in Monaca's console, where no rule knows of it.
    sandbox.app('monaca', app).set({ minimumUsernameLength: 1 })
    const directory = directoryAt(sandbox, vendor, app)
    const learn = targetOf(directory)
    const taken = new Set<string>()
    let made = 0
    const move = async (user: User): Promise<void> => {
      const mapped = mapUser(user, await learn([user]), policy)
      if (mapped.decision !== 'move') return
      // A local number is another text than its international form, and the same number at Kii.
      const names = mapped.folded.map((identifier) => identifier.replace(/^(phone:).*(.{9})$/, '$1$2'))
      if (names.some((name) => taken.has(name))) return
      for (const name of names) taken.add(name)
      const created = await directory.create(mapped.input)()
      if (E.isLeft(created)) throw new Error(`${created.left._tag}: ${created.left.message} ${JSON.stringify(mapped.input)}`)
      if (mapped.suspend) expect(E.isRight(await directory.suspend(created.right.id)())).toBe(true)
      const found = await directory.get(created.right.id)()
      if (E.isLeft(found) || found.right === null) throw new Error('not there')
      expect(differences({ ...mapped.input, suspended: mapped.suspend }, found.right)).toEqual([])
      expect(isOurs(found.right, user.id, policy.originAttribute)).toBe(true)
      made += 1
    }
    await fc.assert(fc.asyncProperty(anyUser, move), { numRuns: 60 })
    expect(made).toBeGreaterThan(15)
  }, 30_000)
})
