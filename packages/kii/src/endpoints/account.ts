import { endpointsOf, type Identifiers, Nothing, type PublicUser, type ResetChannel } from '@userport/core'
import * as t from '#io-ts'
import { KiiUser, toPublicUser, toUser } from '../codecs.js'
import type { KiiConfig } from '../config.js'
import { call, identity, type Own, ownPath } from '../request.js'

const endpoint = endpointsOf<KiiConfig>()

const notification: Readonly<Partial<Record<ResetChannel, object>>> = {
  'email-link': { notificationMethod: 'EMAIL' },
  'sms-link': { notificationMethod: 'SMS' },
  'sms-code': { notificationMethod: 'SMS', smsResetMethod: 'PIN' },
}

/** A user, the own one or another, and its password. */
export const accountEndpoints = {
  me: endpoint({
    effect: 'read',
    request: (input: Own, config) => call(config, { method: 'GET', path: '/users/me', session: input.session }),
    response: KiiUser,
    result: (wire, { session }) => {
      const user = toUser(wire)
      return { user, session: user.kind === session.kind ? session : { ...session, kind: user.kind } }
    },
  }),

  /** Custom fields are replaced as a whole; predefined fields that are not sent stay. */
  update: endpoint({
    effect: 'write',
    request: (input: Own & { readonly fields: object }, config) =>
      call(config, { method: 'POST', path: ownPath(input), session: input.session, type: 'UserUpdateRequest', body: input.fields }),
    response: t.UnknownRecord,
    result: () => undefined,
  }),

  putIdentity: endpoint({
    effect: 'once',
    request: (input: Own & { readonly identifiers: Identifiers; readonly password: string; readonly fields: object }, config) =>
      call(config, {
        method: 'POST',
        path: ownPath(input),
        session: input.session,
        type: 'UserUpdateRequest',
        body: { ...input.fields, ...identity(input.identifiers), password: input.password },
      }),
    response: t.UnknownRecord,
    result: () => undefined,
  }),

  changePassword: endpoint({
    effect: 'once',
    request: (input: Own & { readonly oldPassword: string; readonly newPassword: string }, config) =>
      call(config, {
        method: 'PUT',
        path: `${ownPath(input)}/password`,
        session: input.session,
        type: 'ChangePasswordRequest',
        body: { oldPassword: input.oldPassword, newPassword: input.newPassword },
      }),
    response: Nothing,
    result: () => undefined,
  }),

  requestReset: endpoint({
    effect: 'write',
    request: (input: { readonly user: string; readonly channel: ResetChannel }, config) =>
      call(config, {
        method: 'POST',
        path: `/users/${input.user}/password/request-reset`,
        type: 'ResetPasswordRequest',
        body: notification[input.channel] ?? {},
      }),
    response: Nothing,
    result: () => undefined,
  }),

  completeReset: endpoint({
    effect: 'once',
    request: (input: { readonly user: string; readonly pinCode: string; readonly newPassword?: string }, config) =>
      call(config, {
        method: 'POST',
        path: `/users/${input.user}/password/complete-reset`,
        type: 'CompletePasswordResetRequest',
        body: { pinCode: input.pinCode, newPassword: input.newPassword },
      }),
    response: Nothing,
    result: () => undefined,
  }),

  find: endpoint({
    effect: 'read',
    request: (input: Own & { readonly user: string }, config) =>
      call(config, { method: 'GET', path: `/users/${input.user}`, session: input.session }),
    response: KiiUser,
    result: (wire): PublicUser | null => toPublicUser(wire),
  }),

  remove: endpoint({
    effect: 'once',
    request: (input: Own, config) => call(config, { method: 'DELETE', path: ownPath(input), session: input.session }),
    response: Nothing,
    result: () => undefined,
  }),
}
