import { describe, expect, it } from 'vitest'
import { isTotpCode, newTotpSecret, totpCode } from '../src/totp.js'

/** The secret of RFC 6238, appendix B, in base32; the codes there have eight digits, of which these are the last six. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('one-time codes', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at second %i: %s', (second, code) => {
    expect(totpCode(secret, second * 1000)).toBe(code)
  })

  it.each([
    [-60_000, false],
    [-30_000, true],
    [0, true],
    [30_000, true],
    [60_000, false],
  ])('made %i ms off the clock are taken: %s', (offset, taken) => {
    const own = newTotpSecret()
    const now = Date.now()
    expect(isTotpCode(own, totpCode(own, now + offset), now)).toBe(taken)
  })

  it('come from secrets of 160 bits that nobody else has', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
    expect(newTotpSecret()).not.toBe(newTotpSecret())
  })
})
