import type {
  CallOptions,
  Capabilities,
  NewPasswordStep,
  PendingSignIn,
  Result,
  SecondFactor,
  Session,
  SignedIn,
  UserBackend,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import { atSource } from './at-source.js'
import { guardedSource } from './guarded-source.js'
import { adoptableFrom } from './legacy-store.js'
import type { MoveLedger } from './move-ledger.js'
import { createNewPasswords } from './new-passwords.js'
import { otherWaysIn } from './other-ways-in.js'
import type { Parts } from './parts.js'
import { passwordReset } from './password-reset.js'
import { refusing } from './refusing.js'
import { type MoveSettings, settingsOf } from './settings.js'
import { type Side, sideOf } from './sides.js'
import { signingIn } from './sign-in.js'
import { naming } from './sign-up.js'
import { createThrottle } from './throttle.js'
import { travelling } from './travelling-session.js'

export interface MigratingBackendOptions extends MoveSettings {
  /** Where the users come from. */
  readonly from: Side
  /** Where they go, and where everybody new lives. */
  readonly to: Side
  readonly ledger?: MoveLedger
  /** What the app's store holds now, where there is one: another tab may have been quicker. */
  readonly stored?: () => Promise<Session | undefined>
}

/** The stateless layer of a move. Its sessions are those of the target, and those of the source in the target's name. */
export interface MigratingBackend extends UserBackend {
  /** Ends a sign-in that failed with `PasswordRejected` and a step. The step waits for ten minutes in the memory of this backend. */
  readonly chooseNewPassword: (step: NewPasswordStep, newPassword: string, options?: CallOptions) => Result<SignedIn | PendingSignIn>
}

const factorsOf = ({ secondFactor }: Capabilities): readonly SecondFactor[] => (secondFactor ? secondFactor.factors : [])

/** Those of the target; and whoever is asked for a second factor at the source can still give it. */
const capabilitiesOf = (to: Capabilities, from: Capabilities, retired: boolean): Capabilities => {
  const factors = [...new Set([...factorsOf(to), ...factorsOf(from)])]
  return retired || factors.length === 0 ? to : { ...to, secondFactor: { factors } }
}

const unusable = (side: unknown): UserBackend => {
  const { vendor = 'migrating', capabilities = {}, rules = {} } = (side ?? {}) as Partial<Side>
  return { vendor, capabilities, rules } as unknown as UserBackend
}

/** Two vendors as one, for a server that keeps the sessions itself. With sides it cannot use every operation fails with `Configuration`. */
export const migratingBackend = ({ from: fromSide, to: toSide, ledger, stored, ...given }: MigratingBackendOptions): MigratingBackend => {
  const [from, target] = [sideOf(fromSide, 'from'), sideOf(toSide, 'to')]
  if (E.isLeft(target) || E.isLeft(from)) {
    const { left: error } = E.isLeft(target) ? target : (from as E.Left<typeof from extends E.Either<infer L, unknown> ? L : never>)
    const refused = refusing(E.isLeft(target) ? unusable(toSide) : target.right.backend, error)
    return { ...refused, chooseNewPassword: () => async () => E.left(error) }
  }
  const to = target.right.backend
  const settings = settingsOf(given)
  const source = guardedSource(from.right.backend, settings.breaker)
  const parts: Parts = {
    to,
    source,
    ledger,
    settings,
    throttle: createThrottle(settings.throttle),
    newPasswords: createNewPasswords(),
    travels: (session, notes) => travelling(to.vendor, session, notes),
    // Whoever listens must not undo what was done.
    moved: (moved) =>
      void TE.tryCatch(
        async () => settings.onMoved?.(moved),
        () => undefined,
      )(),
    problem: (problem) =>
      void TE.tryCatch(
        async () => settings.onProblem?.(problem),
        () => undefined,
      )(),
    stored: stored ?? (async () => undefined),
  }
  return {
    ...to,
    capabilities: capabilitiesOf(to.capabilities, source.capabilities, settings.retired),
    usesDevice: to.usesDevice === true || source.usesDevice === true,
    ...atSource(parts),
    ...otherWaysIn(parts),
    ...naming(parts),
    ...passwordReset(parts),
    ...signingIn(parts),
    adoptable: settings.retired ? to.adoptable : adoptableFrom(to, source),
  }
}
