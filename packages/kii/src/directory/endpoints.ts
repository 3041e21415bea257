import { endpointsOf, type HttpRequest, type Identifiers, type JsonObject, Nothing, type Profile, type User } from '@userport/core'
import * as t from '#io-ts'
import { KiiToken, KiiUser, timesOf, toUser } from '../codecs.js'
import { about, call, identity } from '../request.js'
import type { KiiDirectoryConfig } from './config.js'

const endpoint = endpointsOf<KiiDirectoryConfig>()

/** A call in the name of the administrator. `user`: a user as a path has it, encoded. */
interface Admin {
  readonly token: string
}
interface AboutUser extends Admin {
  readonly user: string
}

const asAdmin = (config: KiiDirectoryConfig, { token }: Admin, request: Parameters<typeof call>[1]): HttpRequest => {
  const plain = call(config, request)
  return { ...plain, headers: { ...plain.headers, authorization: `Bearer ${token}` } }
}

// The query's reply is not in the REST documentation: four public clients agree on it.
const UserPage = t.intersection([t.type({ results: t.array(KiiUser) }), t.partial({ nextPaginationKey: t.union([t.string, t.null]) })])

const nothing = { response: Nothing, result: () => undefined }

/** The calls of Kii's administrator (https://docs.kii.com/en/guides/cloudsdk/rest/admin-features/). */
export const directoryEndpoints = {
  /** Another token does no harm to the one before. */
  adminToken: endpoint({
    effect: 'read',
    request: (_: undefined, config) =>
      call(config, {
        method: 'POST',
        path: '/oauth2/token',
        type: 'json',
        body: { grant_type: 'client_credentials', client_id: config.clientId, client_secret: config.clientSecret },
      }),
    response: KiiToken,
    result: ({ access_token }) => access_token,
  }),

  queryUsers: endpoint({
    effect: 'read',
    request: ({ cursor, limit, ...admin }: Admin & { readonly cursor: string | undefined; readonly limit: number }, config) =>
      asAdmin(config, admin, {
        method: 'POST',
        path: '/users/query',
        type: 'userqueryrequest',
        body: { userQuery: { clause: { type: 'all' } }, bestEffortLimit: limit, paginationKey: cursor },
      }),
    response: UserPage,
    result: ({ results, nextPaginationKey }) => ({ rows: results, next: nextPaginationKey ?? null }),
  }),

  /** `row`: what a query has said about the user. It alone knows when the user was made; all else is in the user itself. */
  getUser: endpoint({
    effect: 'read',
    request: ({ user, ...admin }: AboutUser & { readonly row?: KiiUser }, config) =>
      asAdmin(config, admin, { method: 'GET', path: `/users/${user}` }),
    response: KiiUser,
    result: (wire, { row = {} }): User => ({ ...toUser({ ...row, ...wire }), ...timesOf(row) }),
  }),

  register: endpoint({
    effect: 'once',
    request: (input: { readonly identifiers: Identifiers; readonly password: string; readonly profile: Profile }, config) =>
      call(config, {
        method: 'POST',
        path: '/users',
        type: 'RegistrationRequest',
        body: { ...about(input.profile), ...identity(input.identifiers), password: input.password },
      }),
    response: t.type({ userID: t.string }),
    result: ({ userID }) => userID,
  }),

  /** The token that comes with it is dropped, so nobody can be this user until it gets identifiers and a password. */
  registerPseudoUser: endpoint({
    effect: 'once',
    request: (profile: Profile, config) =>
      call(config, { method: 'POST', path: '/users', type: 'RegistrationAndAuthorizationRequest', body: about(profile) }),
    response: t.type({ userID: t.string }),
    result: ({ userID }) => userID,
  }),

  updateUser: endpoint({
    effect: 'write',
    request: ({ user, fields, ...admin }: AboutUser & { readonly fields: JsonObject }, config) =>
      asAdmin(config, admin, { method: 'POST', path: `/users/${user}`, type: 'UserUpdateRequest', body: fields }),
    ...nothing,
  }),

  verifyEmail: endpoint({
    effect: 'write',
    request: ({ user, address, ...admin }: AboutUser & { readonly address: string }, config) =>
      asAdmin(config, admin, {
        method: 'PUT',
        path: `/users/${user}/email-address`,
        type: 'EmailAddressModificationRequest',
        body: { emailAddress: address, verified: true },
      }),
    ...nothing,
  }),

  verifyPhone: endpoint({
    effect: 'write',
    request: ({ user, address, ...admin }: AboutUser & { readonly address: string }, config) =>
      asAdmin(config, admin, {
        method: 'PUT',
        path: `/users/${user}/phone-number`,
        type: 'PhoneNumberModificationRequest',
        body: { phoneNumber: address, verified: true },
      }),
    ...nothing,
  }),

  setPassword: endpoint({
    effect: 'write',
    request: ({ user, newPassword, ...admin }: AboutUser & { readonly newPassword: string }, config) =>
      asAdmin(config, admin, { method: 'PUT', path: `/users/${user}/password`, type: 'ChangePasswordRequest', body: { newPassword } }),
    ...nothing,
  }),

  setStatus: endpoint({
    effect: 'write',
    request: ({ user, disabled, ...admin }: AboutUser & { readonly disabled: boolean }, config) =>
      asAdmin(config, admin, { method: 'PUT', path: `/users/${user}/status`, type: 'UserStatusUpdateRequest', body: { disabled } }),
    ...nothing,
  }),

  removeUser: endpoint({
    effect: 'write',
    request: ({ user, ...admin }: AboutUser, config) => asAdmin(config, admin, { method: 'DELETE', path: `/users/${user}` }),
    ...nothing,
  }),
}
