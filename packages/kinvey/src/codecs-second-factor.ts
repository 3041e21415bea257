import * as t from '#io-ts'
import { Authenticator, KinveyUser } from './codecs.js'

const texts = t.array(t.string)

/** With the secret to be given to the device, this once. */
export const NewAuthenticator = t.intersection([Authenticator, t.type({ config: t.type({ secret: t.string }) })])

/** A user's first authenticator brings recovery codes along. */
export const Verified = t.partial({ recoveryCodes: t.union([texts, t.null]) })

export const RecoveryCodes = t.type({ recoveryCodes: texts })

/** The end of a sign-in with a second factor. */
export const Completed = t.intersection([t.type({ user: KinveyUser, authToken: t.string }), t.partial({ deviceToken: t.string })])
