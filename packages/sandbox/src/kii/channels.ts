import type { Address, KiiUser } from './data.js'
import type { KiiSettings } from './settings.js'

/** The two ways to reach a user, and how Kii spells each. */
export interface Channel {
  readonly name: 'email' | 'phone'
  /** The member of a user's document and of a request. */
  readonly field: 'emailAddress' | 'phoneNumber'
  /** The path segment below a user. */
  readonly path: string
  readonly outbox: 'email' | 'sms'
  readonly accountType: 'EMAIL' | 'PHONE'
  readonly retrieval: 'EmailAddressRetrievalResponse' | 'PhoneNumberRetrievalResponse'
  readonly expired: 'EMAIL_ADDRESS_VERIFICATION_CODE_EXPIRED' | 'PHONE_NUMBER_VERIFICATION_CODE_EXPIRED'
  readonly verificationRequired: (settings: KiiSettings) => boolean
}

export const email: Channel = {
  name: 'email',
  field: 'emailAddress',
  path: 'email-address',
  outbox: 'email',
  accountType: 'EMAIL',
  retrieval: 'EmailAddressRetrievalResponse',
  expired: 'EMAIL_ADDRESS_VERIFICATION_CODE_EXPIRED',
  verificationRequired: ({ emailVerificationRequired }) => emailVerificationRequired,
}

export const phone: Channel = {
  name: 'phone',
  field: 'phoneNumber',
  path: 'phone-number',
  outbox: 'sms',
  accountType: 'PHONE',
  retrieval: 'PhoneNumberRetrievalResponse',
  expired: 'PHONE_NUMBER_VERIFICATION_CODE_EXPIRED',
  verificationRequired: ({ phoneVerificationRequired }) => phoneVerificationRequired,
}

export const channels: readonly Channel[] = [email, phone]

export const addressOf = (user: KiiUser, channel: Channel): Address => user[channel.name]

/** An unproved address counts as verified where the app does not require verification. */
export function isVerified(user: KiiUser, channel: Channel, settings: KiiSettings): boolean {
  return addressOf(user, channel).proved || !channel.verificationRequired(settings)
}
