import { randomFillSync, randomInt } from 'node:crypto'

const pool = Buffer.alloc(8_192)
let used = pool.length

/** Random bytes as text. They are drawn many at a time: one by one, they cost more than the rest of making a user. */
function randomText(bytes: number, encoding: 'hex' | 'base64' | 'base64url'): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString(encoding, used - bytes, used)
}

/** That many lower-case hexadecimal digits. */
export const randomHex = (digits: number): string => randomText(Math.ceil(digits / 2), 'hex').slice(0, digits)

/** An opaque token: that many random bytes in base64url (32 bytes are 43 characters). */
export const randomToken = (bytes = 32): string => randomText(bytes, 'base64url')

/** That many random bytes in base64. */
export const randomBase64 = (bytes: number): string => randomText(bytes, 'base64')

/** That many decimal digits, as in a PIN; leading zeros are possible. */
export const randomDigits = (digits: number): string => Array.from({ length: digits }, () => randomInt(10)).join('')
