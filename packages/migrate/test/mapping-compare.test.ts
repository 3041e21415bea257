import type { User } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../src/mapping/canonical-json.js'
import { differences, isOurs } from '../src/mapping/compare.js'
import { digestText } from '../src/mapping/digest.js'
import { nextUsername } from '../src/mapping/rename.js'
import { user } from './support/mapping-users.js'

const expected = {
  identifiers: { username: 'ada', email: 'a@b.example', phone: '+819012345678' },
  profile: { displayName: 'Ada', locale: 'ja', country: 'JP', attributes: { level: 3, deep: { a: [1], b: null }, migratedFrom: '1' } },
  verified: { email: true },
  createdAt: '2020-01-02T03:04:05.000Z',
  suspended: false,
}
const actual = user({
  username: 'ada',
  email: { address: 'a@b.example', verified: true },
  phone: { address: '+819012345678', verified: false },
  displayName: 'Ada',
  locale: 'ja',
  country: 'JP',
  attributes: { migratedFrom: '1', deep: { b: null, a: [1] }, level: 3 },
  createdAt: '2020-01-02T03:04:05Z',
})

describe('differences', () => {
  it('are none between what was wanted and what is there', () => {
    expect(differences(expected, actual)).toEqual([])
  })

  it.each<[string, Partial<User>]>([
    ['username', { username: 'eve' }],
    ['email.address', { email: { address: 'e@b.example', verified: true } }],
    ['email.verified', { email: { address: 'a@b.example', verified: false } }],
    ['phone.address', { phone: { address: '+819012345679', verified: false } }],
    ['displayName', { displayName: 'Eve' }],
    ['locale', { locale: 'en' }],
    ['country', { country: 'us' }],
    ['createdAt', { createdAt: '2026-01-02T03:04:05.000Z' }],
    ['status', { status: 'disabled' }],
    ['attributes.level', { attributes: { ...actual.attributes, level: '3' } }],
    ['attributes.deep', { attributes: { ...actual.attributes, deep: { a: [1] } } }],
    ['attributes.level', { attributes: { migratedFrom: '1', deep: { a: [1], b: null } } }],
  ])('name %s', (field, about) => {
    expect(differences(expected, { ...actual, ...about })).toEqual([field])
  })

  it('name what nobody wanted', () => {
    const { suspended } = expected
    expect(differences({ suspended }, actual)).toEqual(['username', 'email.address', 'phone.address', 'displayName', 'locale', 'country'])
    expect(differences({ suspended: true }, user({ status: 'unknown' }))).toEqual(['status'])
  })

  it('are none where vendors are known to write it otherwise', () => {
    const local = { identifiers: { phone: '09012345678' }, suspended: false }
    const at = (address: string) => user({ phone: { address, verified: false } })
    expect(differences(local, at('+819012345678'))).toEqual([])
    expect(differences(local, at('819012345678'))).toEqual(['phone.address'])
    expect(differences(local, at('+819012345679'))).toEqual(['phone.address'])
    expect(differences({ profile: { country: 'jp' }, suspended: false }, user({ country: 'JP' }))).toEqual([])
    expect(differences({ suspended: false }, user({ kind: 'anonymous', username: 'made up by the vendor' }))).toEqual([])
    expect(differences({ suspended: false }, user({ attributes: { more: 1 } }))).toEqual([])
  })

  it('tell our own users', () => {
    expect(isOurs(actual, '1', 'migratedFrom')).toBe(true)
    expect(isOurs(actual, '2', 'migratedFrom')).toBe(false)
    expect(isOurs(actual, '1', 'toString')).toBe(false)
  })
})

describe('the text of a user', () => {
  it('is the same whatever the order of the fields, and another when one changes', () => {
    const text = digestText(actual)
    const { username, ...rest } = actual
    expect(
      digestText({ ...rest, attributes: { deep: { a: [1], b: null }, level: 3, migratedFrom: '1' }, username: String(username) }),
    ).toBe(text)
    for (const change of [
      { username: 'eve' },
      { locale: 'en' },
      { status: 'disabled' as const },
      { attributes: {} },
      { displayName: '' },
    ]) {
      expect(digestText({ ...actual, ...change })).not.toBe(text)
    }
    expect(digestText({ ...actual, updatedAt: '2026-01-01T00:00:00Z', vendorData: { kii: { a: 1 } } })).toBe(text)
    expect(digestText({ ...actual, status: 'unknown' })).toBe(text)
  })

  it('is JSON', () => {
    const value = { b: [1, 'x', { d: null, c: true }], a: '"', __proto__: 1 }
    expect(JSON.parse(canonicalJson(value))).toEqual(value)
    expect(canonicalJson({ b: 1, a: 2 })).toBe('{"a":2,"b":1}')
  })
})

describe('another username', () => {
  it.each<[string, string, number, object, string | undefined]>([
    ['{username}-{n}', 'ada', 2, {}, 'ada-2'],
    ['{username}-{n}', 'ada', 17, {}, 'ada-17'],
    ['{username}-{n}', 'adalovelace', 2, { maxLength: 6 }, 'adal-2'],
    ['{n}.{username}', '$&', 3, {}, '3.$&'],
    ['{username}-{n}', '{n}', 2, {}, '{n}-2'],
    ['{username} {n}', 'ada', 2, { pattern: { source: '^\\S+$', says: 'without spaces' } }, undefined],
    ['{username}{n}', '😀😀', 2, { maxLength: 2 }, '😀2'],
  ])('by %s of %s is number %i', (template, username, n, rule, name) => {
    expect(nextUsername(template, username, n, rule)).toBe(name)
  })
})
