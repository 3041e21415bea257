import { addressHandlers } from './address-routes.js'
import type { Handler } from './call.js'
import { channels, phone } from './channels.js'
import { addMember, createGroup, listGroups, listMembers, readGroup, removeMember } from './group-routes.js'
import { createObject, deleteBucket, deleteObject, patchObject, readObject, replaceObject } from './object-routes.js'
import { resetPagePath, verificationPagePath } from './page-links.js'
import { resetPage, submitResetPage, verificationPage } from './pages.js'
import { changePassword, completeReset, requestReset } from './password-routes.js'
import { queryObjects } from './query-objects.js'
import { queryUsers } from './query-users.js'
import { register } from './registration.js'
import { tokenEndpoint } from './token-endpoint.js'
import { createTopic, deleteTopic, listTopics, readTopic } from './topic-routes.js'
import { changeStatus, deleteUser, readStatus, readUser, updateUser } from './user-routes.js'

/**
 * Who may come without a token. `token`: nobody, the caller is read and checked. `app`: whoever names the app;
 * a token is looked at for `me` alone, because the SDKs send a dead one along. `browser`: a person who opened a link.
 */
export type Access = 'token' | 'app' | 'browser'

export interface Route {
  readonly method: string
  /** The path below `/api/apps/{appID}/`; a segment that begins with a colon is a parameter. */
  readonly segments: readonly string[]
  readonly access: Access
  readonly handle: Handler
}

const route = (method: string, path: string, access: Access, handle: Handler): Route => ({
  method,
  segments: path.split('/'),
  access,
  handle,
})
const bucket = 'users/:user/buckets/:bucket'

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
    const { read, change, verify, resend, readCode } = addressHandlers(channel)
    const address = `users/:user/${channel.path}`
    return [
      route('GET', address, 'token', read),
      route('PUT', address, 'token', change),
      route('POST', `${address}/verify`, 'token', verify),
      route('POST', `${address}/resend-verification`, 'token', resend),
      route('GET', `${address}/verification-code`, 'token', readCode),
    ]
  }),
  route('POST', 'users/:user/phone-number/reset-verification-code', 'token', addressHandlers(phone).renewCode),
  route('GET', 'users/:user/topics', 'token', listTopics),
  route('PUT', 'users/:user/topics/:topic', 'token', createTopic),
  route('GET', 'users/:user/topics/:topic', 'token', readTopic),
  route('HEAD', 'users/:user/topics/:topic', 'token', readTopic),
  route('DELETE', 'users/:user/topics/:topic', 'token', deleteTopic),
  route('DELETE', bucket, 'token', deleteBucket),
  route('POST', `${bucket}/query`, 'token', queryObjects),
  route('POST', `${bucket}/objects`, 'token', createObject),
  route('GET', `${bucket}/objects/:object`, 'token', readObject),
  route('PATCH', `${bucket}/objects/:object`, 'token', patchObject),
  route('PUT', `${bucket}/objects/:object`, 'token', replaceObject),
  route('DELETE', `${bucket}/objects/:object`, 'token', deleteObject),
  route('GET', 'groups', 'token', listGroups),
  route('POST', 'groups', 'token', createGroup),
  route('GET', 'groups/:group', 'token', readGroup),
  route('GET', 'groups/:group/members', 'token', listMembers),
  route('PUT', 'groups/:group/members/:user', 'token', addMember),
  route('DELETE', 'groups/:group/members/:user', 'token', removeMember),
  route('GET', verificationPagePath, 'browser', verificationPage),
  route('GET', resetPagePath, 'browser', resetPage),
  route('POST', resetPagePath, 'browser', submitResetPage),
]
