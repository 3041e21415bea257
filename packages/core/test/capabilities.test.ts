import { describe, expect, it } from 'vitest'
import { type CapabilityName, hasCapability, missingCapabilities, operationCapability, operationNames } from '../src/index.js'
import { capabilities } from './support/fake-vendor.js'

describe('hasCapability', () => {
  it.each<readonly [CapabilityName, boolean]>([
    ['anonymous', true],
    ['forgotUsername', false],
    ['resetByCode', true],
    ['resetByLink', false],
    ['attributeRemoval', true],
    ['signUp.username', true],
    ['signUp.email', false],
    ['signIn.phone', false],
    ['findUser', true],
    ['findUser.username', true],
    ['findUser.email', false],
    ['passwordReset', true],
    ['passwordReset.email-code', true],
    ['passwordReset.sms-code', false],
    ['upgrade.kept', true],
    ['upgrade.replaced', false],
  ])('%s: %s', (name, expected) => {
    expect(hasCapability(capabilities, name)).toBe(expected)
  })

  it('is false for a part of what is lacking as a whole', () => {
    const without = { ...capabilities, passwordReset: false, findUser: false, upgrade: false } as const
    for (const name of ['passwordReset.email-link', 'findUser.username', 'upgrade.kept'] as const)
      expect(hasCapability(without, name)).toBe(false)
  })

  it('is false for a use that identities are not put to', () => {
    const linking = { ...capabilities, identities: { providers: 'any', signIn: false, link: true } } as const
    expect((['identities', 'identities.link', 'identities.signIn'] as const).map((name) => hasCapability(linking, name))).toEqual([
      true,
      true,
      false,
    ])
  })

  it.each(['constructor', 'toString', 'signUp.constructor', 'passwordReset.toString', 'nonsense', ''])(
    'is false for %s, which no vendor has',
    (name) => {
      expect(hasCapability(capabilities, name as CapabilityName)).toBe(false)
    },
  )
})

it('missingCapabilities names what is missing, in the order asked', () => {
  expect(missingCapabilities(capabilities, ['resetByLink', 'anonymous', 'signIn.email'])).toEqual(['resetByLink', 'signIn.email'])
  expect(missingCapabilities(capabilities, [])).toEqual([])
})

it('every operation that a capability switches on is an operation', () => {
  expect(operationNames).toEqual(expect.arrayContaining(Object.keys(operationCapability)))
})
