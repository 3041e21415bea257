import type { CallOptions, Session, SignedIn } from '@userport/core'
import * as E from '#fp-ts/Either'
import { cameAttribute, cameValue } from '../mapping/marks.js'
import type { Parts } from './parts.js'

/**
 * Notes with an account made in bulk that its user has come, by whatever password: from then on no ledger gives it to an older one.
 * Once for each user; where it does not succeed, the next sign-in tries again.
 */
export const noteComing = async ({ to, settings }: Parts, signedIn: SignedIn, call: CallOptions): Promise<SignedIn> => {
  const { attributes } = signedIn.user
  const isMoved = Object.hasOwn(attributes, settings.originAttribute)
  if (!isMoved || Object.hasOwn(attributes, cameAttribute) || settings.retired) return signedIn
  let { session } = signedIn
  const renewed = async (now: Session): Promise<void> => {
    session = now
  }
  const noted = await to.updateProfile({ set: { [cameAttribute]: cameValue } }, session, { ...call, renewed })()
  return E.isRight(noted) ? noted.right : { ...signedIn, session }
}
