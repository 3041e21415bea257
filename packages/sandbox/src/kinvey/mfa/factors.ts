import type { Json } from '../../json.js'
import { randomHex, randomToken } from '../../random-ids.js'
import { isTotpCode } from '../../totp.js'
import type { Authenticator, KinveyWorld, SecondFactors, StoredUser } from '../data.js'
import { KinveyRefusal } from '../errors.js'

const none: SecondFactors = { authenticators: [], recoveryCodes: [], devices: {} }

export const factorsOf = ({ secondFactors = none }: StoredUser): SecondFactors => secondFactors

export function changeFactors(user: StoredUser, changes: Partial<SecondFactors>): void {
  user.secondFactors = { ...factorsOf(user), ...changes }
}

/** The authenticators that are in use: those whose code was given once. */
export const verifiedAuthenticators = (user: StoredUser): readonly Authenticator[] =>
  factorsOf(user).authenticators.filter(({ verified }) => verified)

export const hasSecondFactor = (user: StoredUser): boolean => verifiedAuthenticators(user).length > 0

/** Whether the log-in needs no code: there is no factor, the device is trusted, or a recovery code is used up for it. */
export function passesSecondFactor(world: KinveyWorld, user: StoredUser, { deviceToken, recoveryCode }: Json): boolean {
  if (!hasSecondFactor(user)) return !world.settings.mfaRequired
  if (recoveryCode !== undefined) return useRecoveryCode(user, recoveryCode)
  return Object.entries(factorsOf(user).devices).some(([token, until]) => token === deviceToken && world.clock.now() < until)
}

function useRecoveryCode(user: StoredUser, given: unknown): true {
  const { recoveryCodes } = factorsOf(user)
  if (!recoveryCodes.some((code) => code === given)) throw new KinveyRefusal('InvalidCredentials', 'The recovery code is wrong or used')
  changeFactors(user, { recoveryCodes: recoveryCodes.filter((code) => code !== given) })
  return true
}

export const newRecoveryCodes = (): readonly string[] => Array.from({ length: 10 }, () => `${randomHex(5)}-${randomHex(5)}`)

/** From now on this device needs no code; returns its token. */
export function trustDevice({ clock, settings }: KinveyWorld, user: StoredUser): string {
  const token = randomToken()
  changeFactors(user, { devices: { ...factorsOf(user).devices, [token]: clock.now() + settings.trustedDeviceLifetime } })
  return token
}

export function forgetDevices(user: StoredUser): void {
  if (user.secondFactors !== undefined) changeFactors(user, { devices: {} })
}

/** Fails with InputValidationFailed. */
export function checkCode({ clock }: KinveyWorld, { secret }: Authenticator, { code }: Json): void {
  if (typeof code !== 'string' || !isTotpCode(secret, code, clock.now()))
    throw new KinveyRefusal('InputValidationFailed', 'The code is wrong')
}
