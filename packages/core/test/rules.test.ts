import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { brokenAttribute, brokenRule, type JsonObject, type Rules, type TextRule } from '../src/index.js'

describe('brokenRule', () => {
  const lengths: TextRule = { minLength: 2, maxLength: 4 }
  const pattern: TextRule = { pattern: { source: '^\\p{L}+$', says: 'letters' } }
  it.each<readonly [string, TextRule, unknown, string | undefined]>([
    ['no rule', {}, 'text', undefined],
    ['nothing', {}, '', 'must not be empty'],
    ['spaces alone', {}, ' \t\n', 'must not be empty'],
    ['spaces alone, where they will do', { mayBeBlank: true }, '   ', undefined],
    ['half of a character', {}, 'ann\ud83d', 'must not contain half of a character'],
    ['nothing, where spaces will do', { mayBeBlank: true }, '', 'must not be empty'],
    ['a number', {}, 7, 'must be a text'],
    ['undefined', {}, undefined, 'must be a text'],
    ['too short', lengths, 'a', 'must have at least 2 characters'],
    ['short enough', lengths, 'ab', undefined],
    ['long enough', lengths, 'abcd', undefined],
    ['too long', lengths, 'abcde', 'must have at most 4 characters'],
    ['four characters in eight code units', lengths, '😀😀😀😀', undefined],
    ['five characters beyond the basic plane', lengths, '😀😀😀😀😀', 'must have at most 4 characters'],
    ['a pattern that fits', pattern, 'ünï', undefined],
    ['a pattern that fits again', pattern, 'ünï', undefined],
    ['a pattern that does not', pattern, 'a1', 'must be letters'],
    ['a reserved beginning', { reservedPrefixes: ['up_', 'x'] }, 'xavier', 'must not begin with "x", which is reserved'],
    ['a reserved word further on', { reservedPrefixes: ['up_'] }, 'an up_', undefined],
  ])('%s', (_, rule, value, expected) => {
    expect(brokenRule(rule, value)).toBe(expected)
  })
})

describe('brokenAttribute', () => {
  const rules: Rules['attributes'] = {
    key: { pattern: { source: '^[^_]', says: 'a name without an underscore in front' } },
    reserved: ['id'],
    maxBytes: 40,
  }
  const fine: readonly JsonObject[] = [
    {},
    { a: 1 },
    { a: null },
    { a: true, b: [1, 'x', { c: [] }] },
    { a: runInNewContext('({ b: [1] })') },
    { a: Object.assign(Object.create(null), { b: 1 }) },
  ]
  it.each(fine)('%j is fine', (attributes) => {
    expect(brokenAttribute(rules, attributes)).toBeUndefined()
  })

  it.each([
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
    ['deep inside', { b: [{ c: undefined }] }],
  ])('%s is no plain JSON', (_, value) => {
    expect(brokenAttribute(rules, { a: value as never })).toEqual({ field: 'attributes.a', rule: 'must be plain JSON' })
  })

  it('names the attribute and the rule, never the value', () => {
    expect(brokenAttribute(rules, { ok: 1, id: 'secret' })).toEqual({
      field: 'attributes.id',
      rule: 'its name is one of the vendor’s own fields',
    })
    expect(brokenAttribute(rules, { _x: 'secret' })?.rule).toContain('a name without an underscore in front')
  })

  it('counts UTF-8 bytes of all attributes together', () => {
    const attributes = { a: 'ü'.repeat(16) }
    expect(new TextEncoder().encode(JSON.stringify(attributes))).toHaveLength(40)
    expect(brokenAttribute(rules, attributes)).toBeUndefined()
    expect(brokenAttribute(rules, { a: 'ü'.repeat(17) })).toEqual({ field: 'attributes', rule: 'must have at most 40 bytes as JSON' })
  })
})
