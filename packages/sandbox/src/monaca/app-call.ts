import type { MonacaWorld, Properties, StoredSession, StoredUser } from './data.js'
import { loginRequired } from './errors.js'
import type { Params } from './params.js'
import { issueLoginToken, startSession } from './sessions.js'
import { findUser, toWire } from './users.js'

/** One call of an app, past the checks that all calls share. */
export interface AppCall {
  readonly world: MonacaWorld
  readonly params: Params
  readonly deviceId: string
  /** Present where somebody is signed in. */
  readonly session: StoredSession | undefined
  /** Says which session id the reply tells the client to use from now on; `undefined`: none. */
  readonly replyWithSession: (id: string | undefined) => void
}

/** What a method answers; a thrown `RpcError` is its failure. */
export type AppMethod = (call: AppCall) => unknown

export interface SignInResult {
  readonly user: Properties
  readonly loginToken?: string
}

/** Who is calling. Fails with 11 where nobody is signed in. */
export const signedIn = ({ world, session }: AppCall): { readonly user: StoredUser; readonly session: StoredSession } => {
  const user = session && findUser(world.data, session.userId)
  if (session === undefined || user === undefined) throw loginRequired()
  return { user, session }
}

/** Opens a session and, where auto-login is enabled, hands out a login token. */
export const signIn = (call: AppCall, user: StoredUser): SignInResult => {
  const { world, deviceId } = call
  const result = continueSignIn(call, user)
  return world.settings.autoLogin ? { ...result, loginToken: issueLoginToken(world, user.id, deviceId) } : result
}

/** Opens a session only. */
export const continueSignIn = ({ world, replyWithSession }: AppCall, user: StoredUser): SignInResult => {
  replyWithSession(startSession(world, user.id))
  return { user: toWire(user, world.settings) }
}
