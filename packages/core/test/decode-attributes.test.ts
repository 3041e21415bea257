import * as t from 'io-ts'
import { expect, it } from 'vitest'
import { decodeAttributes } from '../src/decode-attributes.js'

const Attributes = t.intersection([t.type({ level: t.number }), t.partial({ address: t.type({ city: t.string }) })])
const decode = (attributes: Parameters<typeof decodeAttributes>[1]['attributes']) =>
  decodeAttributes(Attributes, { vendor: 'kii', attributes })

it('gives the attributes their types', () => {
  expect(decode({ level: 7, address: { city: 'Tokyo' }, other: true })).toMatchObject({
    _tag: 'Right',
    right: { level: 7, address: { city: 'Tokyo' } },
  })
})

it('answers a mismatch with its path and the expected type, without the value', () => {
  const outcome = decode({ level: 7, address: { city: 42_424_242 } })
  expect(outcome).toMatchObject({ _tag: 'Left', left: { _tag: 'Protocol', path: 'address.city', expected: 'string', vendor: 'kii' } })
  expect(JSON.stringify(outcome)).not.toContain('42424242')
})
