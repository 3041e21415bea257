import { createHmac } from 'node:crypto'
import type { KiiData, World } from '@userport/sandbox'

// The key of RFC 6238's own examples, in base32 as an authenticator app takes it.
const key = '12345678901234567890'
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** From now on the user must give a second factor. How an app enrols its users at Kii is not documented. */
export const enrol = ({ data }: World<object, KiiData>, userId: string, recoveryCodes: readonly string[] = []): void => {
  const user = data.users[userId]
  if (user === undefined) throw new Error(`there is no user ${userId}`)
  user.secondFactor = { secret, recoveryCodes }
}

/** What an authenticator app shows at that instant (RFC 6238: SHA-1, 30 s, six digits). */
export const codeAt = (milliseconds: number): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)))
  const hash = createHmac('sha1', key).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
