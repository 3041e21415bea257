import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, foldedIdentifiers } from '../src/mapping/fold.js'

// fast-check's own `binary` unit takes a second to set itself up.
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x1ffff })), { maxLength: 8 })
  .map((points) => String.fromCodePoint(...points))

describe('folding', () => {
  it.each([
    ['Ada', 'ADA'],
    ['ada', 'ａｄａ'],
    ['straße', 'STRASSE'],
    ['ada', ' ada '],
    ['ada', 'a\u200bda'],
    ['ada', 'a\u00adda'],
    ['caf\u00e9', 'cafe\u0301'],
    ['ΟΔΟΣ', 'οδος'],
    ['ﬁsh', 'FISH'],
  ])('%j and %j are one person', (one, other) => {
    expect(fold(one)).toBe(fold(other))
  })

  it.each([
    ['ada', 'adа'], // The second one ends in a Cyrillic letter.
    ['jose', 'josé'],
    ['a.b', 'ab'],
    ['', 'a'],
  ])('%j and %j are two', (one, other) => {
    expect(fold(one)).not.toBe(fold(other))
  })

  it('folds no further the second time, and whatever the case was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fold(fold(text))).toBe(fold(text))
        expect(fold(text.toUpperCase())).toBe(fold(text))
      }),
      { numRuns: 1_000 },
    )
  })

  it('keeps kinds apart, and knows a number however it is written', () => {
    expect(foldedIdentifiers({ username: 'A@B.example', email: 'a@b.example' })).toEqual(['username:a@b.example', 'email:a@b.example'])
    expect(foldedIdentifiers({ phone: '+81 (90) 1234-5678' })).toEqual(foldedIdentifiers({ phone: '+819012345678' }))
    expect(foldedIdentifiers({ phone: '819012345678' })).not.toEqual(foldedIdentifiers({ phone: '+819012345678' }))
    expect(foldedIdentifiers({})).toEqual([])
  })
})
