import { type Contact, type Json, type JsonObject, type User, userId } from '@userport/core'
import fc from 'fast-check'

const letters = fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' })
const odd = fc.constantFrom(
  'José',
  '山田太郎',
  'ＡＤＡ',
  'with space',
  'a',
  'a@b.example',
  'userport-anonymous-me',
  'x'.repeat(300),
  ' padded ',
  '-',
  '\u200b',
  '__proto__',
)
const name = fc.oneof(fc.stringMatching(/^[a-z0-9]{3,20}$/), letters, odd)

const contactOf = (address: fc.Arbitrary<string>): fc.Arbitrary<Contact> =>
  fc
    .record({
      address,
      verified: fc.constantFrom<Contact['verified']>(true, false, 'unknown'),
      pending: fc.option(address, { nil: undefined }),
    })
    .map(({ pending, ...contact }) => (pending === undefined ? contact : { ...contact, pending }))

const email = contactOf(fc.oneof(fc.emailAddress(), fc.constantFrom('no address', '', 'A@B.example', 'a@b@c')))
const phone = contactOf(
  fc.oneof(
    fc.stringMatching(/^\+81[0-9]{9,10}$/),
    fc.constantFrom('090-1234-5678', '09012345678', '+81 90 1234 5678', '１２３', 'call me', ''),
    letters,
  ),
)

const key = fc.oneof(
  fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,12}$/),
  fc.constantFrom(
    'first_name',
    'first name',
    'firstname',
    '_private',
    '$set',
    'a.b',
    'displayName',
    'email',
    'phone',
    'userID',
    'migratedFrom',
    '__proto__',
    '値',
    ' ',
    '',
  ),
)
const attributes: fc.Arbitrary<JsonObject> = fc.dictionary(key, fc.jsonValue() as fc.Arbitrary<Json>, { maxKeys: 8 })

const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString())

/** Users as any vendor might show them, with everything in them that some vendor does not take. */
export const anyUser: fc.Arbitrary<User> = fc
  .record(
    {
      id: fc.oneof(fc.uuid(), fc.stringMatching(/^[0-9a-f]{24}$/), letters).map(userId),
      vendor: fc.constantFrom('kii', 'kinvey', 'monaca'),
      kind: fc.constantFrom('registered' as const, 'anonymous' as const),
      username: name,
      email,
      phone,
      displayName: fc.oneof(letters, odd),
      locale: fc.constantFrom('ja', 'en_US', ''),
      country: fc.constantFrom('JP', 'us', 'Japan', ' de '),
      identities: fc.constantFrom([], [{ provider: 'facebook', id: '1' }]),
      attributes,
      createdAt: fc.oneof(time, fc.constant('long ago')),
      status: fc.constantFrom('enabled' as const, 'disabled' as const, 'unknown' as const),
      vendorData: fc.constant({}),
    },
    { requiredKeys: ['id', 'vendor', 'kind', 'identities', 'attributes', 'status', 'vendorData'] },
  )
  .map((user) => user as User)

/** Somebody plain; what a test is about is put over it. */
export const user = (about: Partial<User> = {}): User => ({
  id: userId('source-id-1'),
  vendor: 'source',
  kind: 'registered',
  identities: [],
  attributes: {},
  status: 'enabled',
  vendorData: {},
  ...about,
})
