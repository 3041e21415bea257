import type { CallOptions, Session } from '@userport/core'
import * as E from '#fp-ts/Either'
import { goneAttribute } from '../mapping/marks.js'
import { ask, type Outcome, type Parts } from './parts.js'

/** Written before the account is made: an app that dies in between finds it, and no older password opens the account again. */
export const markGone = async (parts: Parts, session: Session, call: CallOptions): Outcome<Session> => {
  const set = { [goneAttribute]: new Date().toISOString() }
  const marked = await ask(parts, call, (limits) => parts.source.updateProfile({ set }, session, limits))
  return E.map(({ session: now }: { readonly session: Session }) => now)(marked)
}

/** The user stays after all. Answers with the session that is valid then, whether or not the mark could be taken back. */
export const unmarkGone = async (parts: Parts, session: Session, call: CallOptions): Promise<Session> => {
  const change = parts.source.capabilities.attributeRemoval ? { remove: [goneAttribute] } : { set: { [goneAttribute]: null } }
  let valid = session
  const renewed = async (now: Session): Promise<void> => {
    valid = now
  }
  const unmarked = await ask(parts, call, (limits) => parts.source.updateProfile(change, session, { ...limits, renewed }))
  return E.isRight(unmarked) ? unmarked.right.session : valid
}
