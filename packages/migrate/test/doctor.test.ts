import { type Capabilities, type CapabilityName, hasCapability, operationCapability } from '@userport/core'
import { capabilities as kii } from '@userport/kii'
import { capabilities as kinvey } from '@userport/kinvey'
import { capabilities as monaca } from '@userport/monaca'
import type { Vendor } from '@userport/sandbox'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../src/doctor/diagnose.js'
import type { Diagnosis, Side } from '../src/doctor/diagnosis.js'
import { unreachable, vendors } from './support/mapping-targets.js'
import { user } from './support/mapping-users.js'

const all: Readonly<Record<Vendor, Capabilities>> = { kii, kinvey, monaca }
const side = (vendor: Vendor): Side => ({ vendor, capabilities: all[vendor], rules: unreachable(vendor).rules })
const diagnosed = (from: Vendor, to: Vendor, requires: readonly CapabilityName[] = []): Diagnosis =>
  diagnose({ from: side(from), to: side(to), requires })
const call = (operation: string | null, capability?: CapabilityName) => ({
  file: 'app.ts',
  line: 1,
  call: 'Old.call',
  operation,
  ...(capability === undefined ? {} : { capability }),
})

describe('the verdict', () => {
  it.each<[Vendor, Vendor, CapabilityName[], Diagnosis['verdict']]>([
    ['kii', 'kii', ['signIn.email', 'passwordReset.sms-code'], 'ready'],
    ['kii', 'kinvey', [], 'changes'],
    ['kii', 'kinvey', ['signIn.username', 'passwordReset', 'upgrade.kept', 'signIn'], 'changes'],
    ['kii', 'kinvey', ['signIn.email'], 'blocked'],
    ['kii', 'monaca', ['upgrade'], 'changes'],
    ['kii', 'monaca', ['upgrade.kept'], 'blocked'],
    ['kii', 'monaca', ['findUser.email'], 'blocked'],
    ['monaca', 'kii', ['usernameExists'], 'blocked'],
    ['kii', 'monaca', ['usernameExists'], 'changes'],
    ['kii', 'monaca', ['identities'], 'blocked'],
  ])('from %s to %s with %j is %s', (from, to, requires, verdict) => {
    expect(diagnosed(from, to, requires).verdict).toBe(verdict)
  })

  it('names every requirement that is lost, once', () => {
    const requires: readonly CapabilityName[] = ['signIn.email', 'findUser.email', 'upgrade.kept', 'identities', 'passwordReset.sms-code']
    const { lost, verdict } = diagnosed('kii', 'monaca', requires)
    expect(verdict).toBe('blocked')
    const needed = lost.filter(({ required }) => required).map(({ capability }) => capability)
    expect(needed.sort()).toEqual(['findUser', 'identities', 'passwordReset.sms-code', 'signIn.email', 'upgrade.kept'])
  })

  it('of every pair says each thing in one place', () => {
    for (const from of vendors) {
      for (const to of vendors) {
        const { works, changes, lost } = diagnosed(from, to)
        const names = [...works, ...changes, ...lost].map(({ area, capability }) => `${area} ${capability}`)
        expect(new Set(names).size).toBe(names.length)
        expect(changes.length + lost.length === 0).toBe(from === to)
      }
    }
  })

  it('says what only the target has, where it is required', () => {
    expect(diagnosed('kii', 'kinvey', ['usernameExists']).works).toContainEqual(
      expect.objectContaining({ capability: 'usernameExists', required: true, from: 'no', to: 'yes' }),
    )
  })
})

describe('passwords and fields', () => {
  it('that the target refuses are changes', () => {
    expect(diagnosed('kii', 'monaca').changes).toContainEqual(
      expect.objectContaining({ area: 'rules', capability: 'password', text: expect.stringContaining('spaces, texts of spaces alone') }),
    )
    expect(diagnosed('monaca', 'kinvey').changes.map(({ capability }) => capability)).not.toContain('password')
  })
})

describe('a sample of users', () => {
  it('shows whom it is about', () => {
    const users = [user({ username: 'ada' }), user({ username: 'two words', identities: [{ provider: 'facebook' }] })]
    const sample = { users, target: unreachable('monaca') }
    const { changes, lost, sampled } = diagnose({ from: side('kinvey'), to: side('monaca'), requires: [], sample })
    expect(sampled).toBe(2)
    expect(changes).toContainEqual(expect.objectContaining({ area: 'users', capability: 'username-adapted', users: 1 }))
    expect(lost).toContainEqual(expect.objectContaining({ area: 'users', capability: 'identities-dropped', users: 1 }))
    expect(diagnosed('kinvey', 'monaca').sampled).toBeNull()
  })
})

describe('a call of the old SDK', () => {
  const outcomes = (from: Vendor, to: Vendor, ...calls: ReturnType<typeof call>[]) =>
    diagnose({ from: side(from), to: side(to), requires: [], calls }).calls.map(({ outcome }) => outcome)

  it('works, changes or is lost with what it needs', () => {
    expect(
      outcomes('kii', 'kinvey', call('signIn'), call('signIn', 'signIn.email'), call('signIn', 'signIn.username'), call(null)),
    ).toEqual(['changes', 'lost', 'works', 'lost'])
    expect(outcomes('kii', 'monaca', call('findUser'), call('changePassword'), call('updateProfile'))).toEqual([
      'lost',
      'changes',
      'changes',
    ])
    expect(outcomes('kinvey', 'kinvey', call('signUp'), call('fetchUser'), call('deleteUser'))).toEqual(['works', 'works', 'works'])
    expect(outcomes('kii', 'kinvey', call('fetchUser'))).toEqual(['works'])
  })

  it('says why', () => {
    const { calls, verdict } = diagnose({
      from: side('kii'),
      to: side('monaca'),
      requires: [],
      calls: [call('changePassword'), call('findUser')],
    })
    expect(calls[0]?.text).toMatch(/other sessions is unknown in place of end.*password: kii takes spaces/)
    expect(calls[1]).toMatchObject({ text: 'finding a user: not at monaca', file: 'app.ts', line: 1 })
    expect(verdict).toBe('changes')
  })

  it('of an operation that the target lacks is lost, whichever it is', () => {
    for (const [operation, capability] of Object.entries(operationCapability)) {
      expect(outcomes('kii', 'monaca', call(operation))[0] === 'lost').toBe(!hasCapability(all.monaca, capability))
    }
  })
})
