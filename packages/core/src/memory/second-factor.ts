import { userId } from '../user.js'
import type { PendingSignIn, SecondFactorAnswer } from '../user-backend.js'
import { type Account, change, type MemoryState, randomId } from './state.js'

/** What somebody with a second factor has at hand. */
export interface MemorySecondFactor {
  /** Another code of the authenticator each time; each works once. */
  readonly code: () => string
  /** Each works once. */
  readonly recoveryCodes: readonly string[]
}

const recoveryCodeCount = 4

const newCode = (): string =>
  String(globalThis.crypto.getRandomValues(new Uint32Array(1))[0])
    .padStart(10, '0')
    .slice(-6)

export const enrol = (state: MemoryState, account: Account): MemorySecondFactor => {
  const recoveryCodes = Array.from({ length: recoveryCodeCount }, randomId)
  const totp = new Set<string>()
  change(state, account, { secondFactor: { totp, recovery: new Set(recoveryCodes) } })
  return {
    recoveryCodes,
    code: () => {
      const code = newCode()
      totp.add(code)
      return code
    },
  }
}

/** Uses up a code; `false` where it is wrong. */
export const useCode = ({ secondFactor }: Account, { factor, code }: SecondFactorAnswer): boolean =>
  secondFactor?.[factor === 'totp' ? 'totp' : 'recovery'].delete(code) === true

/** What a right password alone gives somebody with a second factor. */
export const pendingSignIn = (state: MemoryState, { id }: Account): PendingSignIn => {
  const firstFactor = randomId()
  state.firstFactors.set(firstFactor, id)
  return {
    pending: { vendor: 'memory', userId: userId(id), kind: 'registered', secrets: { firstFactor } },
    factors: ['totp', 'recovery-code'],
    authenticators: [{ id: 'authenticator', name: 'Authenticator', type: 'totp' }],
  }
}
