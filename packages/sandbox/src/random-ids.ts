import { randomBytes, randomInt } from 'node:crypto'

/** That many lower-case hexadecimal digits. */
export const randomHex = (digits: number): string =>
  randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits)

/** An opaque token: that many random bytes in base64url (32 bytes are 43 characters). */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url')

/** That many decimal digits, as in a PIN; leading zeros are possible. */
export const randomDigits = (digits: number): string => Array.from({ length: digits }, () => randomInt(10)).join('')
