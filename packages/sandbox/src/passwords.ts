import { scrypt, scryptSync, timingSafeEqual } from 'node:crypto'
import { randomToken } from './random-ids.js'

interface Cost {
  readonly N: number
  readonly r: number
}

/** Cheap on purpose: a sandbox guards nothing, but must not keep a password readable either. */
const usual: Cost = { N: 256, r: 8 }
/** For passwords that nobody chose: thousands of users are made with one at once. */
const bulk: Cost = { N: 16, r: 1 }
const keyLength = 32

/** A UUID is what a program makes up, also one that makes accounts at a vendor's: nobody guesses it, however quickly it is hashed. */
const madeUp = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Hashes a password; the result names its own parameters. */
export async function hashPassword(password: string): Promise<string> {
  if (madeUp.test(password)) return hashPasswordSync(password)
  const salt = randomToken(16)
  return encode(usual, salt, await derive(password, salt, usual))
}

/** The same at a lower cost and without waiting: for generated users only. */
export function hashPasswordSync(password: string): string {
  const salt = randomToken(16)
  return encode(bulk, salt, scryptSync(password, Buffer.from(salt, 'base64url'), keyLength, { ...bulk, p: 1 }))
}

export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [N, r, salt, key] = hash.split('$').slice(1)
  if (N === undefined || r === undefined || salt === undefined || key === undefined) throw new Error('not a password hash of the sandbox')
  const expected = Buffer.from(key, 'base64url')
  return timingSafeEqual(await derive(password, salt, { N: Number(N), r: Number(r) }), expected)
}

function encode({ N, r }: Cost, salt: string, key: Buffer): string {
  return ['scrypt', N, r, salt, key.toString('base64url')].join('$')
}

function derive(password: string, salt: string, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(salt, 'base64url'), keyLength, { ...cost, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
