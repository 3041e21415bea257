import { authenticate } from './authentication.js'
import type { AppCaller, Call, Caller, Handler, MasterCaller, MfaCaller, UserCaller } from './call.js'
import { countUsers, getUser, lookUpUsers, queryUsers } from './directory.js'
import { KinveyRefusal } from './errors.js'
import { invalidateTokens, logIn, logOut, me } from './log-in.js'
import { challenge, completeMfa } from './mfa/log-in.js'
import {
  createAuthenticator,
  listAuthenticators,
  listRecoveryCodes,
  regenerateRecoveryCodes,
  removeAuthenticator,
  verifyAuthenticator,
} from './mfa/management.js'
import { requestLogIn, showLogIn, submitLogIn } from './mic/authorize.js'
import { micToken } from './mic/token-endpoint.js'
import { completeReset, initiateReset, resetCompletion, resetPage, showResetPage } from './password-reset.js'
import { ping } from './ping.js'
import { lockDownUser, removeUser, restoreUser } from './removal.js'
import { createUser } from './sign-up.js'
import { updateUser } from './update-user.js'
import { forgotUsername, usernameExists } from './usernames.js'
import { completeVerification, initiateVerification, verificationPage } from './verification.js'

interface Route {
  readonly method: string
  readonly pattern: readonly string[]
  readonly handler: Handler<unknown>
}

const route = (method: string, pattern: string, handler: Handler<unknown>): Route => ({
  method,
  pattern: pattern.split('/').slice(1),
  handler,
})

const restricted =
  <C extends Caller>(isAllowed: (caller: Caller) => caller is C) =>
  (handler: Handler<C>): Handler<unknown> =>
  async (call) => {
    const caller = await authenticate(call)
    if (!isAllowed(caller)) throw new KinveyRefusal('InsufficientCredentials')
    return handler({ ...call, caller })
  }

const byApp = restricted((caller): caller is AppCaller | MasterCaller => caller.kind === 'app' || caller.kind === 'master')
const byUser = restricted((caller): caller is UserCaller => caller.kind === 'user')
const byUserOrMaster = restricted((caller): caller is UserCaller | MasterCaller => caller.kind === 'user' || caller.kind === 'master')
const byMfaSession = restricted((caller): caller is MfaCaller => caller.kind === 'mfa')
const byEnroller = restricted((caller): caller is UserCaller | MasterCaller | MfaCaller => caller.kind !== 'app')
const byMaster = restricted((caller): caller is MasterCaller => caller.kind === 'master')
const byAnyKey = restricted((_caller): _caller is Caller => true)

const routes: readonly Route[] = [
  route('POST', '/user/:kid', byApp(createUser)),
  route('POST', '/user/:kid/login', byApp(logIn)),
  route('POST', '/user/:kid/_logout', byUser(logOut)),
  route('GET', '/user/:kid/_me', byUser(me)),
  route('POST', '/user/:kid/_lookup', byUserOrMaster(lookUpUsers)),
  route('GET', '/user/:kid/_count', byUserOrMaster(countUsers)),
  route('GET', '/user/:kid', byUserOrMaster(queryUsers)),
  route('GET', '/user/:kid/:id', byUserOrMaster(getUser)),
  route('PUT', '/user/:kid/:id', byUserOrMaster(updateUser)),
  route('DELETE', '/user/:kid/:id', byUserOrMaster(removeUser)),
  route('DELETE', '/user/:kid/:id/tokens', byUserOrMaster(invalidateTokens)),
  route('POST', '/user/:kid/:id/_restore', byMaster(restoreUser)),
  // SDKs 3.0 to 3.2 leave `_restore` out.
  route('POST', '/user/:kid/:id', byMaster(restoreUser)),
  route('POST', '/user/:kid/mfa/challenge', byMfaSession(challenge)),
  route('POST', '/user/:kid/mfa/complete', byMfaSession(completeMfa)),
  route('GET', '/user/:kid/:id/authenticators', byUserOrMaster(listAuthenticators)),
  route('POST', '/user/:kid/:id/authenticators', byEnroller(createAuthenticator)),
  route('POST', '/user/:kid/:id/authenticators/:authenticator/verify', byEnroller(verifyAuthenticator)),
  route('DELETE', '/user/:kid/:id/authenticators/:authenticator', byUserOrMaster(removeAuthenticator)),
  route('GET', '/user/:kid/:id/recovery-codes', byUserOrMaster(listRecoveryCodes)),
  route('POST', '/user/:kid/:id/recovery-codes', byUserOrMaster(regenerateRecoveryCodes)),
  route('GET', '/v3/oauth/auth', showLogIn),
  route('POST', '/v3/oauth/auth', requestLogIn),
  route('POST', '/v3/oauth/auth/:login', submitLogIn),
  route('POST', '/v3/oauth/token', micToken),
  route('POST', '/oauth/token', micToken),
  route('GET', '/appdata/:kid', byAnyKey(ping)),
  route('POST', '/rpc/:kid/check-username-exists', byApp(usernameExists)),
  route('POST', '/rpc/:kid/user-forgot-username', byApp(forgotUsername)),
  route('POST', '/rpc/:kid/lockdown-user', byMaster(lockDownUser)),
  route('POST', '/rpc/:kid/:user/user-email-verification-initiate', byApp(initiateVerification)),
  route('GET', `/rpc/:kid/:user/${verificationPage}`, completeVerification),
  route('POST', '/rpc/:kid/:user/user-password-reset-initiate', byApp(initiateReset)),
  route('GET', `/rpc/:kid/:user/${resetPage}`, showResetPage),
  route('POST', `/rpc/:kid/:user/${resetCompletion}`, completeReset),
]

export interface MatchedRoute {
  readonly handler: Handler<unknown>
  readonly params: Call['params']
}

/** The route of a request. SDK 1.x ends every path with a slash, and the others some. */
export function findRoute(method: string, path: string): MatchedRoute | undefined {
  const segments = path
    .replace(/^\/|\/$/g, '')
    .split('/')
    .map(decoded)
  for (const { method: wanted, pattern, handler } of routes) {
    if (wanted === method && pattern.length === segments.length && pattern.every((part, index) => fits(part, segments[index]))) {
      const named = pattern.flatMap((part, index) => (part.startsWith(':') ? [[part.slice(1), segments[index] ?? '']] : []))
      return { handler, params: Object.fromEntries(named) }
    }
  }
  return undefined
}

/** No id looks like an operation: a wrong route must never be answered with UserNotFound, because SDKs then sign up. */
function fits(part: string, segment: string | undefined): boolean {
  if (segment === undefined || segment === '') return false
  if (part === ':id') return !segment.startsWith('_') && segment !== 'login'
  return part.startsWith(':') || part === segment
}

/** SDKs put usernames nearly raw into the path: a percent sign that starts no escape stands for itself. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
