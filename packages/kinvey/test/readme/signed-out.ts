import { type Promises, toPromises } from '@userport/core'
import { type createKinvey, createKinveyEmailVerification, createMobileIdentityConnect, type KinveyConfig } from '@userport/kinvey'

/** After `NotVerified`: another verification mail, by the username that the app kept. */
export const mailAgain = (config: KinveyConfig, username: string) => toPromises(createKinveyEmailVerification(config)).request({ username })

/** Mobile Identity Connect: `visit` opens the page and gives the address that it sends back to. */
export const signInBySso = async (
  users: Promises<ReturnType<typeof createKinvey>>,
  config: KinveyConfig,
  visit: (url: string) => Promise<string>,
) => {
  const mic = toPromises(createMobileIdentityConnect(config))
  const { url, request } = await mic.begin({ redirectUri: 'myapp://signed-in' })
  return users.signInWithIdentity(await mic.complete(request, await visit(url)))
}
