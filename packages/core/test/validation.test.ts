import { describe, expect, it } from 'vitest'
import type { Capabilities, OperationName } from '../src/index.js'
import { checkInput } from '../src/validation.js'
import { capabilities, rules } from './support/fake-vendor.js'

const check = (name: OperationName, input: unknown, of: Capabilities = capabilities, kind = 'registered') =>
  checkInput(name, [input, { kind }], { name: 'fake', rules, capabilities: of })

const all = {
  ...capabilities,
  signIn: { identifiers: ['username', 'email', 'phone'] },
  signUp: { identifiers: ['username', 'phone'] },
} as const
const ticket = { vendor: 'fake', completion: 'in-app', newPassword: 'chosen', identifier: { username: 'abc' } }
const link = { vendor: 'fake', type: 'reset-link', identifier: 'a', parameters: {} }
const byLink = { ...capabilities, resetByLink: true, resetByCode: false } as const
const noRemoval = { ...capabilities, attributeRemoval: false } as const
const everything = {
  ...all,
  verification: { email: false, phone: 'code' },
  confirmByCode: true,
  changeContact: { kinds: ['email', 'phone'], replaces: 'at-once' },
  changeUsername: true,
  accessToken: { expires: 'known' },
  secondFactor: { factors: ['totp'] },
  identities: { providers: ['facebook', 'google'], signIn: true, link: true },
  findUsers: { criteria: ['username', 'email'] },
} as const satisfies Capabilities
const emailOnly = { ...everything, changeContact: { kinds: ['email'], replaces: 'at-once' } } as const
const needsPassword = { ...capabilities, deleteUser: { password: 'required', usernameAfterwards: 'free' } } as const

describe('what is refused before any request, and the field it names', () => {
  it.for([
    ['signUp', { identifiers: {}, password: 'good' }, 'username'],
    ['signUp', { password: 'good' }, 'username'],
    ['signUp', { identifiers: { username: '' }, password: 'good' }, 'username'],
    ['signUp', { identifiers: { username: '  ' }, password: 'good' }, 'username'],
    ['signUp', { identifiers: { username: 'ab' }, password: 'good' }, 'username'],
    ['signUp', { identifiers: { email: 'a@b' }, password: 'good' }, 'username'],
    ['signUp', { identifiers: { email: 'a@b' }, password: 'good' }, 'username or phone', all],
    ['signUp', { identifiers: { username: 'abc', email: '' }, password: 'good' }, 'email'],
    ['signUp', { identifiers: { username: 'abc' } }, 'password'],
    ['signUp', { identifiers: { username: 'abc' }, password: '' }, 'password'],
    ['signUp', { identifiers: { username: 'abc' }, password: 'abc' }, 'password'],
    ['signUp', { identifiers: { username: 'abc' }, password: 'good', profile: { displayName: '' } }, 'displayName'],
    ['signUp', { identifiers: { username: 'abc' }, password: 'good', profile: { attributes: { id: 1 } } }, 'attributes.id'],
    ['upgrade', { identifiers: { username: 'abc' }, password: 'abc' }, 'password'],
    ['signIn', { identifier: {}, password: 'x' }, 'identifier'],
    ['signIn', { identifier: { username: '' }, password: 'x' }, 'username'],
    ['signIn', { identifier: { username: 'abc' }, password: '' }, 'password'],
    ['signIn', null, 'input'],
    ['signInAnonymously', { country: '' }, 'country'],
    ['updateProfile', {}, 'change'],
    ['updateProfile', { set: {}, remove: [] }, 'change'],
    ['updateProfile', { set: { a: 1 }, remove: ['a'] }, 'attributes.a'],
    ['updateProfile', { remove: ['id'] }, 'attributes.id'],
    ['changePassword', { next: 'good' }, 'current'],
    ['changePassword', { current: 'x', next: 'abc' }, 'next'],
    ['requestPasswordReset', { identifier: {} }, 'identifier'],
    ['requestPasswordReset', { identifier: { id: '' } }, 'id'],
    ['requestPasswordReset', { identifier: { id: '.' } }, 'id'],
    ['requestPasswordReset', { identifier: { id: '..' } }, 'id'],
    ['completePasswordReset', { ticket: { ...ticket, vendor: 'other' }, code: '1', newPassword: 'good' }, 'ticket'],
    ['completePasswordReset', { ticket: { ...ticket, completion: 'hosted' }, code: '1', newPassword: 'good' }, 'ticket'],
    ['completePasswordReset', { ticket, code: '', newPassword: 'good' }, 'code'],
    ['completePasswordReset', { ticket, code: '1' }, 'newPassword'],
    ['completePasswordReset', { link: { ...link, vendor: 'other' }, newPassword: 'good' }, 'link', byLink],
    ['completePasswordReset', { link, newPassword: 'abc' }, 'newPassword', byLink],
    ['forgotUsername', { email: '' }, 'email'],
    ['usernameExists', 'ab', 'username'],
    ['findUser', { username: '' }, 'username'],
    ['deleteUser', {}, 'password', needsPassword],
    ['changeContact', {}, 'contact', everything],
    ['changeContact', { email: 'a@b', phone: '1' }, 'contact', everything],
    ['changeContact', { email: '' }, 'email', everything],
    ['requestVerification', { kind: 'pigeon' }, 'kind', everything],
    ['confirmVerification', { kind: 'phone', code: '' }, 'code', everything],
    ['signInWithIdentity', { provider: '', tokens: { access_token: 'a' } }, 'provider', everything],
    ['signInWithIdentity', { provider: 'twitter', tokens: { access_token: 'a' } }, 'provider', everything],
    ['signInWithIdentity', { provider: 'facebook', tokens: {} }, 'tokens', everything],
    ['signInWithIdentity', { provider: 'facebook', tokens: null }, 'tokens', everything],
    ['signInWithIdentity', { provider: 'facebook', tokens: 'a' }, 'tokens', everything],
    ['signInWithIdentity', { provider: 'facebook', tokens: { access_token: 'a' }, profile: { country: '' } }, 'country', everything],
    ['linkIdentity', { provider: 'twitter', tokens: { access_token: 'a' } }, 'provider', everything],
    ['unlinkIdentity', '', 'provider', everything],
    ['continueSignIn', { factor: 'recovery-code', code: '1' }, 'factor', everything],
    ['continueSignIn', { factor: 'totp', code: '' }, 'code', everything],
    ['findUsers', {}, 'criteria', everything],
    ['findUsers', { username: undefined }, 'criteria', everything],
    ['changeUsername', 'ab', 'username', everything],
    ['signInWithToken', { token: '' }, 'token', everything],
  ] as readonly (readonly [OperationName, unknown, string, Capabilities?])[])('%s %j: %s', ([name, input, field, of]) => {
    expect(check(name, input, of)).toMatchObject({ _tag: 'InvalidInput', operation: name, field })
  })
})

describe('what this vendor cannot do, and what to use instead', () => {
  it.for([
    ['signIn', { identifier: { email: 'a@b' }, password: 'x' }, 'signIn.email', 'signIn by username'],
    ['findUser', { phone: '+1' }, 'findUser.phone', 'findUser by username'],
    ['updateProfile', { remove: ['a'] }, 'attributeRemoval', 'set the attribute to null', noRemoval],
    [
      'requestPasswordReset',
      { identifier: { username: 'abc' }, channel: 'sms-code' },
      'passwordReset.sms-code',
      'email-code or email-link',
    ],
    ['completePasswordReset', { link, newPassword: 'good' }, 'resetByLink', 'a ticket and its code'],
    ['completePasswordReset', { ticket, code: '1', newPassword: 'good' }, 'resetByCode', 'parseResetLink and the link', byLink],
    ['changeContact', { phone: '1' }, 'changeContact.phone', undefined, emailOnly],
    ['requestVerification', { kind: 'email' }, 'verification.email', undefined, everything],
    ['findUsers', { username: 'abc', identity: { provider: 'facebook', id: '1' } }, 'findUsers.identity', 'username or email', everything],
  ] as readonly (readonly [OperationName, unknown, string, string | undefined, Capabilities?])[])(
    '%s %j: %s',
    ([name, input, capability, instead, of]) => {
      expect(check(name, input, of)).toMatchObject({ _tag: 'Unsupported', capability, ...(instead === undefined ? {} : { instead }) })
    },
  )
})

describe('what is let through', () => {
  it.for([
    ['signUp', { identifiers: { username: 'abc' }, password: '    ' }],
    ['signIn', { identifier: { username: 'a' }, password: 'x' }],
    ['signIn', { identifier: { phone: '1' }, password: 'x' }, all],
    ['signInAnonymously', {}],
    ['updateProfile', { set: { a: null } }],
    ['updateProfile', { displayName: 'A' }],
    ['changePassword', { current: ' ', next: 'good' }],
    ['requestPasswordReset', { identifier: { id: 'u1' } }],
    ['completePasswordReset', { ticket: { ...ticket, newPassword: 'generated' }, code: '1' }],
    ['completePasswordReset', { link, newPassword: 'good' }, byLink],
    ['deleteUser', {}],
    ['updateProfile', { remove: Array.from({ length: 200 }, (_, number) => `a${number}`) }],
    ['changeContact', { phone: '1' }, everything],
    ['requestVerification', { kind: 'phone' }, everything],
    ['signInWithIdentity', { provider: 'google', tokens: { access_token: 'a' } }, everything],
    ['continueSignIn', { factor: 'totp', code: '1' }, everything],
    ['findUsers', { email: 'a@b', username: undefined, identity: undefined }, everything],
  ] as readonly (readonly [OperationName, unknown, Capabilities?])[])('%s %j', ([name, input, of]) => {
    expect(check(name, input, of)).toBeUndefined()
  })

  it('the deletion of an anonymous user, which has no password to give', () => {
    expect(check('deleteUser', {}, needsPassword, 'anonymous')).toBeUndefined()
  })
})

it('never repeats a password', () => {
  const error = check('signUp', { identifiers: { username: 'abc' }, password: 'p1!' })
  expect(JSON.stringify(error)).not.toContain('p1!')
})
