import { verifyPassword } from '../passwords.js'
import { type AppMethod, continueSignIn, signedIn, signIn } from './app-call.js'
import { type MonacaWorld, own, type StoredUser } from './data.js'
import { invalidOperation, invalidParams, type Problems } from './errors.js'
import { text } from './params.js'
import { endSignIn } from './sessions.js'
import { findByUsername, findUser } from './users.js'

/** How users sign in, come back and sign out. */
export const signInMethods: Readonly<Record<string, AppMethod>> = {
  'User.login': async (call) => {
    const { world, params } = call
    const username = text(params, 'username')
    const password = text(params, 'password')
    return signIn(call, await authenticated(world, username, password))
  },

  'User.autoLogin': (call) => {
    const { world, params } = call
    const { data, settings } = world
    if (!settings.autoLogin) throw invalidOperation()
    const loginToken = text(params, 'loginToken')
    const stored = own(data.loginTokens, loginToken)
    const user = stored && findUser(data, stored.userId)
    if (stored === undefined || user === undefined || stored.expiresAt <= world.clock.now()) {
      throw invalidParams({ loginToken: 'Is invalid or has expired.' })
    }
    if (settings.autoLoginToken === 'unchanged') return continueSignIn(call, user)
    if (settings.autoLoginToken === 'replaced') {
      delete data.loginTokens[loginToken]
      return signIn(call, user)
    }
    data.loginTokens[loginToken] = { ...stored, expiresAt: world.clock.now() + settings.loginTokenLifetime }
    return { ...continueSignIn(call, user), loginToken }
  },

  'User.logout': (call) => {
    const { session } = signedIn(call)
    endSignIn(call.world.data, session, call.deviceId)
    call.replyWithSession(undefined)
    return {}
  },
}

const authenticated = async (world: MonacaWorld, username: string, password: string): Promise<StoredUser> => {
  const user = findByUsername(world.data, username)
  const right = user !== undefined && (await verifyPassword(password, user.passwordHash))
  // Verifying takes a while: the user may be gone or have another password by now.
  const current = user && findUser(world.data, user.id)
  if (!right || current?.passwordHash !== user.passwordHash) throw invalidParams(loginProblems(world, user !== undefined))
  return current
}

const loginProblems = (world: MonacaWorld, known: boolean): Problems => {
  if (world.settings.loginFailuresAlike) return { password: 'The username or the password is wrong.' }
  return known ? { password: 'Is wrong.' } : { username: 'Is unknown.' }
}
