import { hashPassword, verifyPassword } from '../passwords.js'
import { type AppMethod, signedIn, signIn } from './app-call.js'
import type { MonacaWorld, StoredUser } from './data.js'
import { invalidParams, refuse } from './errors.js'
import { createFromParams } from './new-user.js'
import { record, text } from './params.js'
import { passwordProblem, propertiesProblem, usernameProblem } from './rules.js'
import { endSignIns } from './sessions.js'
import { deleteUser, findUser, setPasswordHash } from './users.js'

/** How users come, change their password, and go. */
export const accountMethods: Readonly<Record<string, AppMethod>> = {
  'User.register': async (call) => signIn(call, await createFromParams(call.world, call.params)),

  'User.validate': ({ world, params }) => {
    refuse({
      username: usernameProblem(world, text(params, 'username')),
      properties: propertiesProblem(record(params, 'properties')),
    })
    return {}
  },

  'User.unregister': async (call) => {
    const { user } = signedIn(call)
    const right = await verifyPassword(text(call.params, 'password'), user.passwordHash)
    refuse({ password: right ? undefined : wrong })
    deleteUser(call.world.data, unchanged(call.world, user, 'password'))
    call.replyWithSession(undefined)
    return {}
  },

  'User.updatePassword': async (call) => {
    const { world, params, deviceId } = call
    const { user, session } = signedIn(call)
    const oldPassword = text(params, 'oldPassword')
    const newPassword = text(params, 'newPassword')
    const right = await verifyPassword(oldPassword, user.passwordHash)
    refuse({ oldPassword: right ? undefined : wrong, newPassword: passwordProblem(world, newPassword) })
    const passwordHash = await hashPassword(newPassword)
    setPasswordHash(world, unchanged(world, user, 'oldPassword'), passwordHash)
    if (world.settings.passwordChangeEndsOtherSessions) endSignIns(world.data, user.id, { signIn: session.signIn, deviceId })
    return {}
  },
}

const wrong = 'Is wrong.'

/** The user as of now. Hashing takes a while: one who has gone, or has a new password, meanwhile is not the one that was verified. */
const unchanged = (world: MonacaWorld, verified: StoredUser, passwordName: string): StoredUser => {
  const user = findUser(world.data, verified.id)
  if (user?.passwordHash !== verified.passwordHash) throw invalidParams({ [passwordName]: wrong })
  return user
}
