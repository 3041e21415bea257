import { hash, scrypt, timingSafeEqual } from 'node:crypto'
import { randomToken } from './random-ids.js'

interface Cost {
  readonly N: number
  readonly r: number
}

/** Cheap on purpose: a sandbox guards nothing, but must not keep a password readable either. */
const usual: Cost = { N: 256, r: 8 }
const keyLength = 32

/** A UUID is what a program makes up, also one that makes accounts at a vendor's: nobody guesses it, however quickly it is hashed. */
const madeUp = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Hashes a password; the result names its own kind and parameters. */
export async function hashPassword(password: string): Promise<string> {
  if (madeUp.test(password)) return hashPasswordSync(password)
  const salt = randomToken(16)
  const key = await derive(password, salt, usual)
  return `scrypt$${usual.N}$${usual.r}$${salt}$${key.toString('base64url')}`
}

/** The same without waiting, and for next to nothing: for passwords that nobody chose, because thousands of users are made at once. */
export function hashPasswordSync(password: string): string {
  const salt = randomToken(16)
  return `sha256$${salt}$${digest(password, salt).toString('base64url')}`
}

export async function verifyPassword(password: string, hashed: string): Promise<boolean> {
  const [kind, ...parts] = hashed.split('$')
  const [salt, key] = parts.slice(-2)
  if (salt === undefined || key === undefined) throw new Error('not a password hash of the sandbox')
  const given = kind === 'sha256' ? digest(password, salt) : await derive(password, salt, { N: Number(parts[0]), r: Number(parts[1]) })
  return timingSafeEqual(given, Buffer.from(key, 'base64url'))
}

const digest = (password: string, salt: string): Buffer => hash('sha256', salt + password, 'buffer')

function derive(password: string, salt: string, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(salt, 'base64url'), keyLength, { ...cost, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
