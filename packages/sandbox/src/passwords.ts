import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto'

interface Cost {
  readonly N: number
  readonly r: number
}

/** Cheap on purpose: a sandbox guards nothing, but must not keep a password readable either. */
const usual: Cost = { N: 256, r: 8 }
/** For seeding thousands of users at once. */
const bulk: Cost = { N: 16, r: 1 }
const keyLength = 32

/** Hashes a password; the result names its own parameters. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return encode(usual, salt, await derive(password, salt, usual))
}

/** The same at a lower cost and without waiting: for generated users only. */
export function hashPasswordSync(password: string): string {
  const salt = randomBytes(16)
  return encode(bulk, salt, scryptSync(password, salt, keyLength, { ...bulk, p: 1 }))
}

export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [N, r, salt, key] = hash.split('$').slice(1)
  if (N === undefined || r === undefined || salt === undefined || key === undefined) throw new Error('not a password hash of the sandbox')
  const expected = Buffer.from(key, 'base64url')
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r) }), expected)
}

function encode({ N, r }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, salt.toString('base64url'), key.toString('base64url')].join('$')
}

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, { ...cost, p: 1 }, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
