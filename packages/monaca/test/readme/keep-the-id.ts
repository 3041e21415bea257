import { type Session, type SignedIn, toPromises, type UserId } from '@userport/core'
import { createMonacaBackend, type MonacaConfig } from '@userport/monaca'
import { createMonacaDirectory, type MonacaDirectoryConfig } from '@userport/monaca/directory'

/** Makes an account of an anonymous user whose session this server holds. */
export const upgradeInPlace = async (
  app: MonacaConfig,
  management: MonacaDirectoryConfig,
  anonymous: Session,
  account: { readonly username: string; readonly password: string },
): Promise<SignedIn & { readonly id: UserId }> => {
  const backend = toPromises(createMonacaBackend(app))
  const directory = toPromises(createMonacaDirectory(management))
  const { username } = account
  const { password: generated = '' } = anonymous.secrets
  const { id } = await directory.update(anonymous.userId, { identifiers: { username } }) // IdentifierTaken: nothing was changed
  const { session } = await backend.signIn({ identifier: { username }, password: generated })
  return { id, ...(await backend.changePassword({ current: generated, next: account.password }, session)) }
}
