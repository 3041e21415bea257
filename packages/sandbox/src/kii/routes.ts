import { addressHandlers } from './address-routes.js'
import type { Handler } from './call.js'
import { channels } from './channels.js'
import { resetPagePath, verificationPagePath } from './page-links.js'
import { resetPage, submitResetPage, verificationPage } from './pages.js'
import { changePassword, completeReset, requestReset } from './password-routes.js'
import { queryUsers } from './query-users.js'
import { register } from './registration.js'
import { tokenEndpoint } from './token-endpoint.js'
import { changeStatus, deleteUser, readStatus, readUser, updateUser } from './user-routes.js'

/**
 * Who may come without a token. `token`: nobody, the caller is read and checked. `app`: whoever names the app;
 * a token is not even looked at, because the SDKs send a dead one along. `browser`: a person who opened a link.
 */
export type Access = 'token' | 'app' | 'browser'

export interface Route {
  readonly method: string
  /** Below `/api/apps/{appID}/`; `:user` stands for any reference to a user. */
  readonly path: string
  readonly access: Access
  readonly handle: Handler
}

const route = (method: string, path: string, access: Access, handle: Handler): Route => ({ method, path, access, handle })

/** Earlier routes win. */
export const routes: readonly Route[] = [
  route('POST', 'oauth2/token', 'app', tokenEndpoint),
  route('POST', 'users', 'app', register),
  route('POST', 'users/query', 'token', queryUsers),
  route('GET', 'users/:user', 'token', readUser),
  route('POST', 'users/:user', 'token', updateUser),
  route('DELETE', 'users/:user', 'token', deleteUser),
  route('GET', 'users/:user/status', 'token', readStatus),
  route('PUT', 'users/:user/status', 'token', changeStatus),
  route('PUT', 'users/:user/password', 'token', changePassword),
  route('POST', 'users/:user/password/request-reset', 'app', requestReset),
  route('POST', 'users/:user/password/reset', 'app', requestReset),
  route('POST', 'users/:user/password/complete-reset', 'app', completeReset),
  ...channels.flatMap((channel) => {
    const { read, change, verify, resend, readCode, renewCode } = addressHandlers(channel)
    const address = `users/:user/${channel.path}`
    return [
      route('GET', address, 'token', read),
      route('PUT', address, 'token', change),
      route('POST', `${address}/verify`, 'token', verify),
      route('POST', `${address}/resend-verification`, 'token', resend),
      route('GET', `${address}/verification-code`, 'token', readCode),
      route('POST', `${address}/reset-verification-code`, 'token', renewCode),
    ]
  }),
  route('GET', verificationPagePath, 'browser', verificationPage),
  route('GET', resetPagePath, 'browser', resetPage),
  route('POST', resetPagePath, 'browser', submitResetPage),
]
