import { endpointsOf, Nothing } from '@userport/core'
import type { KiiConfig } from '../config.js'
import { call, type Own, ownPath } from '../request.js'

const endpoint = endpointsOf<KiiConfig>()

export type AddressKind = 'email' | 'phone'

const segment: Readonly<Record<AddressKind, string>> = { email: 'email-address', phone: 'phone-number' }

/** E-mail address and phone number: changing and proving them. */
export const addressEndpoints = {
  changeEmail: endpoint({
    effect: 'write',
    request: (input: Own & { readonly email: string }, config) =>
      call(config, {
        method: 'PUT',
        path: `${ownPath(input)}/email-address`,
        session: input.session,
        type: 'EmailAddressModificationRequest',
        body: { emailAddress: input.email },
      }),
    response: Nothing,
    result: () => undefined,
  }),

  changePhone: endpoint({
    effect: 'write',
    request: (input: Own & { readonly phone: string }, config) =>
      call(config, {
        method: 'PUT',
        path: `${ownPath(input)}/phone-number`,
        session: input.session,
        type: 'PhoneNumberModificationRequest',
        body: { phoneNumber: input.phone },
      }),
    response: Nothing,
    result: () => undefined,
  }),

  /** Sends the code that is outstanding once more. */
  resendVerification: endpoint({
    effect: 'write',
    request: (input: Own & { readonly kind: AddressKind }, config) =>
      call(config, {
        method: 'POST',
        path: `${ownPath(input)}/${segment[input.kind]}/resend-verification`,
        session: input.session,
        type: 'json',
      }),
    response: Nothing,
    result: () => undefined,
  }),

  verify: endpoint({
    effect: 'once',
    request: (input: Own & { readonly kind: AddressKind; readonly code: string }, config) =>
      call(config, {
        method: 'POST',
        path: `/users/me/${segment[input.kind]}/verify`,
        session: input.session,
        type: 'AddressVerificationRequest',
        body: { verificationCode: input.code },
      }),
    response: Nothing,
    result: () => undefined,
  }),
}
