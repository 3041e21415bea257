import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, string, number, { N: number; maxmem: number }, Buffer>(scrypt)
const cost = { N: 2 ** 15, maxmem: 2 ** 26 }

/** How a ledger hides what is personal. */
export interface Seal {
  /** Tells a key from any other, and a ledger without one from one with. */
  readonly check: string
  /** 128 bits. */
  hash(text: string): string
  close(text: string, about: string): string
  open(sealed: string, about: string): string
}

const hashing = (digest: (text: string) => string) => {
  const shortened = (text: string): string => digest(text).slice(0, 22)
  return { hash: shortened, check: shortened('userport ledger') }
}

// JSON's escapes, since neither database takes every text that a username may be: no NUL, no half of a surrogate pair.
const openSeal = (salt: string): Seal => ({
  ...hashing((text) => hash('sha256', `${salt} ${text}`, 'base64url')),
  close: (text) => JSON.stringify(text).slice(1, -1),
  open: (text) => JSON.parse(`"${text}"`) as string,
})

const keyedSeal = async (key: string, salt: string): Promise<Seal> => {
  const secret = await derive(key, salt, 64, cost)
  const aes = secret.subarray(0, 32)
  return {
    ...hashing((text) => createHmac('sha256', secret.subarray(32)).update(text).digest('base64url')),
    close: (text, about) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', aes, nonce).setAAD(Buffer.from(about))
      return Buffer.concat([nonce, cipher.update(text, 'utf16le'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
    },
    open: (sealed, about) => {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', aes, bytes.subarray(0, 12))
        .setAAD(Buffer.from(about))
        .setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf16le')
    },
  }
}

/** With a key: AES-256-GCM and HMAC. Without: names as they are, and hashes that are only salted. */
export const sealFor = async (key: string | undefined, salt: string): Promise<Seal> =>
  key === undefined ? openSeal(salt) : keyedSeal(key, salt)
