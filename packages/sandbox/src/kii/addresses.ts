import { randomDigits } from '../random-ids.js'
import type { KiiCall, KiiWorld } from './call.js'
import { requireEnabled } from './caller.js'
import { addressOf, type Channel, isVerified } from './channels.js'
import { fits } from './codes.js'
import type { IssuedCode, KiiUser } from './data.js'
import { KiiError } from './errors.js'
import { holderOf } from './find-user.js'
import { setAddressValue } from './indexes.js'
import { sendVerification } from './messages.js'
import { pageLink, verificationPagePath } from './page-links.js'

const codeLength = 6

/** The first address of a new user: in force at once, though unverified where the app requires verification. */
export function setFirstAddress(call: KiiCall, user: KiiUser, channel: Channel, value: string): void {
  setAddressValue(call.world.data, user, channel, value)
  if (channel.verificationRequired(call.world.settings)) startVerification(call, user, channel)
}

/** Another address: where the app requires verification, the old one stays in force until the new one is verified. */
export function changeAddress(call: KiiCall, user: KiiUser, channel: Channel, value: string): void {
  const address = addressOf(user, channel)
  if (address.value === value) {
    if (address.pending !== undefined) forgetVerification(user, channel)
    return
  }
  requireFree(call.world, channel, value, user)
  if (channel.verificationRequired(call.world.settings)) {
    address.pending = value
    delete address.verification
    startVerification(call, user, channel)
  } else {
    setAddress(call.world, user, channel, value, false)
  }
}

/** Puts an address in force at once. */
export function setAddress({ data }: KiiWorld, user: KiiUser, channel: Channel, value: string, proved: boolean): void {
  setAddressValue(data, user, channel, value)
  addressOf(user, channel).proved = proved
  forgetVerification(user, channel)
}

/** Fails with USER_ALREADY_EXISTS where somebody else has that address verified; an unverified one is nobody's yet. */
export function requireFree(world: KiiWorld, channel: Channel, value: string, except?: KiiUser): void {
  const holder = holderOf(world, channel, value)
  if (holder !== undefined && holder !== except) throw alreadyExists(world, channel.field, value)
}

export function alreadyExists({ appId }: KiiWorld, field: string, value: string): KiiError {
  return new KiiError('USER_ALREADY_EXISTS', `User with ${field} ${value} already exists`, { field, value, appID: appId })
}

/** Sends the code; the same one again while it is outstanding. */
export function startVerification({ world, request }: KiiCall, user: KiiUser, channel: Channel): void {
  const address = addressOf(user, channel)
  const to = address.pending ?? address.value
  if (to === undefined) throw addressNotFound(world, user)
  const code = address.verification?.code ?? randomDigits(codeLength)
  address.verification = { ...address.verification, code, issuedAt: world.clock.now() }
  const link = pageLink(request, world, verificationPagePath, { user: user.userID, code })
  sendVerification({ outbox: world.outbox, channel, to }, code, link)
}

/** Replaces the outstanding code by another one. */
export function renewVerificationCode({ clock }: KiiWorld, user: KiiUser, channel: Channel): IssuedCode {
  const renewed = { code: randomDigits(codeLength), issuedAt: clock.now() }
  addressOf(user, channel).verification = renewed
  return renewed
}

/** Fails with INVALID_ACCOUNT_STATUS where nothing is left to verify. */
export function requireUnverified(world: KiiWorld, user: KiiUser, channel: Channel): void {
  const { value, pending } = addressOf(user, channel)
  if (value !== undefined && pending === undefined && isVerified(user, channel, world.settings)) {
    throw new KiiError('INVALID_ACCOUNT_STATUS', `The ${channel.field} is verified already`, accountFields(world, user, channel))
  }
}

/** Proves the address with the code that was sent to it. */
export function verifyAddress(world: KiiWorld, user: KiiUser, channel: Channel, code: string): void {
  requireEnabled(world, user)
  requireUnverified(world, user, channel)
  const address = addressOf(user, channel)
  const value = address.pending ?? address.value
  const { verification } = address
  if (verification === undefined || value === undefined) {
    throw new KiiError('ADDRESS_VERIFICATION_CODE_NOT_FOUND', 'No verification code is outstanding', accountFields(world, user, channel))
  }
  if (!fits(world, verification, code, () => delete address.verification)) {
    throw new KiiError('INVALID_VERIFICATION_CODE', 'The verification code is wrong', {
      userID: user.userID,
      appID: world.appId,
      verificationCode: code,
    })
  }
  if (isOver(world, verification, world.settings.verificationLifetime)) {
    throw new KiiError(channel.expired, 'The verification code has expired', accountFields(world, user, channel))
  }
  requireFree(world, channel, value, user)
  setAddress(world, user, channel, value, true)
  user.modifiedAt = world.clock.now()
}

/** @param lifetime In seconds. */
export function isOver({ clock }: KiiWorld, { issuedAt }: { readonly issuedAt: number }, lifetime: number): boolean {
  return clock.now() >= issuedAt + lifetime * 1_000
}

export function addressNotFound({ appId }: KiiWorld, { userID }: KiiUser): KiiError {
  return new KiiError('USER_ADDRESS_NOT_FOUND', 'The user has no such address', { userID, appID: appId })
}

export function accountFields({ appId }: KiiWorld, { userID }: KiiUser, { accountType }: Channel): Readonly<Record<string, unknown>> {
  return { userID, appID: appId, accountType }
}

function forgetVerification(user: KiiUser, channel: Channel): void {
  const address = addressOf(user, channel)
  delete address.pending
  delete address.verification
}
