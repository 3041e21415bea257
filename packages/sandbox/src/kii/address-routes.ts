import {
  accountFields,
  addressNotFound,
  changeAddress,
  renewVerificationCode,
  requireFree,
  requireUnverified,
  setAddress,
  startVerification,
  verifyAddress,
} from './addresses.js'
import { attributesOf } from './attributes.js'
import { type Handler, jsonBody, type KiiCall, noContent, ok } from './call.js'
import { requireAdmin, requireSelfOrAdmin } from './caller.js'
import { addressOf, type Channel, isVerified } from './channels.js'
import type { KiiUser } from './data.js'
import { invalidInput, KiiError } from './errors.js'
import { namedUser, targetUser } from './find-user.js'

export interface AddressHandlers {
  readonly read: Handler
  readonly change: Handler
  readonly verify: Handler
  readonly resend: Handler
  readonly readCode: Handler
  readonly renewCode: Handler
}

/** The operations that e-mail address and phone number have alike. */
export function addressHandlers(channel: Channel): AddressHandlers {
  return {
    read: (call) => {
      const user = targetUser(call)
      if (!call.world.settings.exposeFullUserDataToOthers) requireSelfOrAdmin(call, user)
      const { value } = addressOf(user, channel)
      if (value === undefined) throw addressNotFound(call.world, user)
      return ok(channel.retrieval, { [channel.field]: value, verified: isVerified(user, channel, call.world.settings) })
    },

    /** The administrator may set an address as verified. */
    change: (call) => {
      const user = targetUser(call)
      requireSelfOrAdmin(call, user)
      const body = jsonBody(call.request)
      const value = attributesOf({ [channel.field]: body[channel.field] }, call.world.settings, user.country)[channel.field]
      if (value === undefined) throw invalidInput(`${channel.field} is missing`)
      if (call.caller.kind === 'admin' && body.verified === true) {
        requireFree(call.world, channel, value, user)
        setAddress(call.world, user, channel, value, true)
      } else {
        changeAddress(call, user, channel, value)
      }
      user.modifiedAt = call.world.clock.now()
      return noContent
    },

    verify: (call) => {
      const user = userToVerify(call)
      const { verificationCode } = jsonBody(call.request)
      if (typeof verificationCode !== 'string') throw invalidInput('verificationCode is missing')
      verifyAddress(call.world, user, channel, verificationCode)
      return ok('AddressVerificationResponse', { verificationStatus: 'VERIFIED' })
    },

    resend: (call) => {
      const user = userToVerify(call)
      requireUnverified(call.world, user, channel)
      startVerification(call, user, channel)
      return noContent
    },

    readCode: (call) => {
      requireAdmin(call)
      const user = targetUser(call)
      const { verification } = addressOf(user, channel)
      if (verification === undefined) {
        throw new KiiError('VERIFICATION_CODE_NOT_FOUND', 'No verification code is outstanding', accountFields(call.world, user, channel))
      }
      return ok('VerificationCodeRetrievalResponse', { verificationCode: verification.code })
    },

    renewCode: (call) => {
      requireAdmin(call)
      const user = targetUser(call)
      requireUnverified(call.world, user, channel)
      return ok('ResetVerificationCodeResponse', { verificationCode: renewVerificationCode(call.world, user, channel).code })
    },
  }
}

/** The code is the proof, so that nobody need be signed in, and the address need not be verified yet to name the user. */
function userToVerify(call: KiiCall): KiiUser {
  if (call.caller.kind === 'anonymous') return namedUser(call)
  const user = targetUser(call)
  requireSelfOrAdmin(call, user)
  return user
}
