import type { Promises } from '@userport/core'
import type { createKinvey } from '@userport/kinvey'

type Users = Promises<ReturnType<typeof createKinvey>>

/** `show` gives the secret to the person, who gives a code of the authenticator app back. */
export const setUp = async ({ extension }: Users, show: (secret: string) => Promise<string>): Promise<readonly string[]> => {
  const { id, secret } = await extension.addAuthenticator({ name: 'Phone' })
  return extension.verifyAuthenticator({ authenticator: id, code: await show(secret) })
}
