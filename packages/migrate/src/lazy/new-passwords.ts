import type { NewPasswordStep } from '@userport/core'
import type { Proven } from './proven.js'

/** Who waits to choose a password that the target takes. */
export interface NewPasswords {
  readonly remember: (proven: Proven) => NewPasswordStep
  readonly waiting: (step: NewPasswordStep | undefined) => Proven | undefined
  readonly done: (step: NewPasswordStep) => void
}

const waitingAtMost = 8
const waitingFor = 600_000

/** Kept in memory alone: what proves the old password is a secret, and soon worth nothing. */
export const createNewPasswords = (): NewPasswords => {
  const known = new Map<string, { readonly proven: Proven; readonly until: number }>()
  return {
    remember: (proven) => {
      const id = globalThis.crypto.randomUUID()
      known.set(id, { proven, until: Date.now() + waitingFor })
      const oldest = known.keys().next().value
      if (known.size > waitingAtMost && oldest !== undefined) known.delete(oldest)
      return { type: 'new-password', id }
    },
    waiting: (step) => {
      const entry = known.get(String(step?.id))
      return entry !== undefined && entry.until > Date.now() ? entry.proven : undefined
    },
    done: ({ id }) => void known.delete(id),
  }
}
