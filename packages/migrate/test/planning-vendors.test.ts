import { capabilities as kii } from '@userport/kii'
import { capabilities as kinvey } from '@userport/kinvey'
import { capabilities as monaca } from '@userport/monaca'
import { exportCapabilities } from '@userport/monaca/directory'
import type { Vendor } from '@userport/sandbox'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareCapabilities } from '../src/planning/compare-capabilities.js'
import { compareRules } from '../src/planning/compare-rules.js'
import { type ComparedVendor, compareVendors } from '../src/planning/compare-vendors.js'
import { unreachable, vendors } from './support/mapping-targets.js'

const users = { kii, kinvey, monaca }
const side = (vendor: Vendor): ComparedVendor => ({ ...unreachable(vendor), users: users[vendor] })
const details = (from: ComparedVendor, to: ComparedVendor): readonly string[] =>
  compareVendors(from, to).map(({ severity, code, detail }) => `${severity} ${code}: ${detail}`)
const refused = (from: Vendor, to: Vendor, field: string): readonly string[] =>
  compareRules(side(from), side(to)).find((difference) => difference.field === field)?.refused ?? []

describe('rules', () => {
  it.each<[Vendor, Vendor, readonly string[]]>([
    ['kii', 'kinvey', ['texts of spaces alone']],
    ['kii', 'monaca', ['spaces', 'texts of spaces alone']],
    ['kinvey', 'kii', ['letters beyond ASCII', 'emoji', 'fewer than 4 characters', 'more than 50 characters']],
    ['kinvey', 'monaca', ['spaces', 'more than 80 characters']],
    ['monaca', 'kii', ['letters beyond ASCII', 'emoji', 'fewer than 4 characters', 'more than 50 characters']],
    ['monaca', 'kinvey', []],
  ])('for passwords: what %s takes and %s does not', (from, to, passwords) => {
    expect(refused(from, to, 'password')).toEqual(passwords)
  })

  it.each<[Vendor, Vendor, string, string]>([
    ['kinvey', 'kii', 'username', 'spaces'],
    ['kinvey', 'kii', 'username', 'more than 64 characters'],
    ['monaca', 'kii', 'username', '@'],
    ['kii', 'monaca', 'username', '"userport-anonymous-" in front'],
    ['kinvey', 'monaca', 'username', 'more than 255 characters'],
    ['kinvey', 'kii', 'displayName', 'more than 50 characters'],
    ['monaca', 'kii', 'phone', 'hyphens'],
    ['kii', 'monaca', 'attributes', 'names with underscores'],
    ['kinvey', 'monaca', 'attributes', 'more than 512000 bytes in all'],
    ['monaca', 'kinvey', 'attributes', 'the names username, password, email'],
  ])('of %s are wider than those of %s: %s, %s', (from, to, field, words) => {
    expect(refused(from, to, field)).toContain(words)
  })

  it('for addresses: without an @, since with one the other takes them too', () => {
    expect(refused('monaca', 'kinvey', 'email')).toEqual(['texts without @'])
  })

  it('are as wide as themselves', () => {
    for (const vendor of vendors) expect(compareRules(side(vendor), side(vendor))).toEqual([])
  })

  it('of lengths alone are told exactly', () => {
    const length = fc.integer({ min: 1, max: 200 })
    fc.assert(
      fc.property(length, length, (a, b) => {
        const { rules } = side('kinvey')
        const ruled = (maxLength: number) => ({ vendor: 'any', rules: { ...rules, locale: { maxLength } } })
        expect(compareRules(ruled(a), ruled(b))).toEqual(b < a ? [{ field: 'locale', refused: [`more than ${b} characters`] }] : [])
      }),
      { numRuns: 20 },
    )
  })
})

describe('capabilities', () => {
  it('of the same vendor are the same', () => {
    for (const vendor of vendors) {
      const one = { vendor, capabilities: users[vendor] }
      expect(compareCapabilities(one, one).filter(({ outcome }) => outcome !== 'same')).toEqual([])
    }
  })

  it.each<[Vendor, Vendor, string, string, string, string]>([
    ['kii', 'kinvey', 'signIn.email', 'lost', 'yes', 'no'],
    ['kii', 'kinvey', 'passwordReset.sms-code', 'lost', 'completion: in-app', 'no'],
    ['kii', 'kinvey', 'passwordReset.email-link', 'changes', 'completion: hosted', 'new password: chosen'],
    ['kii', 'kinvey', 'verification.phone', 'lost', 'by: code', 'no'],
    ['kii', 'monaca', 'upgrade', 'changes', 'identity: kept', 'identity: replaced'],
    ['kii', 'monaca', 'findUser', 'lost', 'username, email, phone', 'no'],
    ['monaca', 'kii', 'attributeWrites', 'changes', 'how: each', 'how: whole-document'],
    ['kinvey', 'monaca', 'identities', 'lost', 'providers: any', 'no'],
    ['monaca', 'kinvey', 'signUp.username', 'same', 'yes', 'yes'],
  ])('from %s to %s: %s is %s', (from, to, capability, outcome, before, after) => {
    const compared = compareCapabilities({ vendor: from, capabilities: users[from] }, { vendor: to, capabilities: users[to] })
    const row = compared.find((difference) => difference.capability === capability)
    expect(row).toMatchObject({ outcome, from: expect.stringContaining(before), to: expect.stringContaining(after) })
  })
})

describe('two vendors', () => {
  it('differ in what people sign in with', () => {
    expect(details(side('kii'), side('monaca'))).toContain(
      'changes capability: At monaca nobody signs in by email or phone, only by username.',
    )
    expect(details(side('kinvey'), side('kii')).join()).not.toContain('nobody signs in')
  })

  it('differ in what an operator can do', () => {
    const found = details(side('monaca'), side('kii'))
    expect(found).toContain('notes capability: monaca numbers its pages: users may be listed twice, and are moved once.')
    expect(details(side('kii'), side('monaca')).filter((detail) => detail.includes('is disabled stays behind'))).toHaveLength(1)
  })

  it('say nothing of users where these are not known', () => {
    const { users: _, ...unknown } = side('kii')
    expect(details(unknown, side('kinvey')).join()).not.toContain('resetting')
    expect(details(side('kii'), side('kinvey')).join()).toContain('resetting')
    expect(details(side('kii'), side('kinvey')).join()).toContain('second-factor-dropped')
  })

  it('stop everything where the target makes nobody', () => {
    const target = { ...side('monaca'), capabilities: exportCapabilities }
    expect(compareVendors(side('kii'), target).filter(({ severity }) => severity === 'blocks')).toHaveLength(1)
    const strict = { ...side('kii').capabilities, create: { placeholder: false, verified: [], chosenId: false, createdAt: false } }
    expect(details(side('kii'), { ...side('kii'), capabilities: strict })[0]).toMatch(/^blocks capability: .*without a password/)
    for (const from of vendors) for (const to of vendors) expect(details(side(from), side(to)).join()).not.toContain('blocks')
  })
})
