import { isUserError, type SessionStore, toPromises } from '@userport/core'
import { createKii, type KiiConfig } from '@userport/kii'
import { createKinvey, type KinveyConfig } from '@userport/kinvey'
import { migrating } from '@userport/migrate/lazy'

export const openUsers = (old: KiiConfig, next: KinveyConfig, store: SessionStore) => {
  const users = toPromises(migrating({ from: createKii(old, { store }), to: createKinvey(next, { store }) }))
  users.migration.subscribe(({ previousId, id }) => console.log(`data of ${previousId} now belongs to ${id}`))
  return users
}

export const signIn = async (
  users: ReturnType<typeof openUsers>,
  username: string,
  password: string,
  askForAnother: (rule: string | undefined) => Promise<string>,
) => {
  try {
    return await users.signIn({ identifier: { username }, password })
  } catch (error) {
    if (!isUserError(error, 'PasswordRejected') || error.step === undefined) throw error
    return users.migration.chooseNewPassword(error.step, await askForAnother(error.rule))
  }
}
