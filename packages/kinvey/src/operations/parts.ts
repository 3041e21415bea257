import {
  type At,
  type Implementation,
  type JsonObject,
  notDone,
  type OperationContext,
  orLookUp,
  type Result,
  type Session,
  type SignedIn,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { capabilities } from '../capabilities.js'
import { type KinveyUser, toUser, writable } from '../codecs.js'
import type { KinveyConfig } from '../config.js'
import type { KinveyCalls } from '../endpoints.js'
import { type FieldNames, fieldNames } from '../fields.js'
import { sessionAfter } from '../session.js'
import { isEnded, type LogIn, logInWith } from './log-in.js'

/** The operations that Kinvey's capabilities promise. */
export type Operations = Implementation<typeof capabilities>

/** What the operations are made of. */
export interface Parts extends LogIn {
  readonly calls: KinveyCalls
  readonly context: OperationContext
  readonly at: At
  readonly config: KinveyConfig
  readonly names: FieldNames
  readonly signedIn: (wire: KinveyUser, session: Session) => SignedIn
  /** The user of a reply, and the session after it. */
  readonly continued: (session: Session) => (wire: KinveyUser) => SignedIn
  /** Reads the user and writes it back whole, since a PUT replaces it; what the change leaves out is removed. */
  readonly rewrite: (session: Session, change: (document: JsonObject) => JsonObject) => Result<SignedIn>
  /** A call that ends the session it is made with: after a lost answer, a dead session says that it was done. */
  readonly ending: (session: Session, call: Result<void>) => Result<void>
  /** What an anonymous user cannot do before it is upgraded: it would lose the credentials that Kinvey made. */
  readonly accountOnly: (session: Session, message: string) => Result<void>
}

export const partsOf = (calls: KinveyCalls, context: OperationContext, config: KinveyConfig): Parts => {
  const { at } = context
  const names = fieldNames(config)

  const signedIn: Parts['signedIn'] = (wire, session) => ({ user: toUser(wire, session.kind, names), session })

  const continued: Parts['continued'] = (session) => (wire) => signedIn(wire, sessionAfter(session, wire))

  return {
    ...logInWith(calls, at, config),
    calls,
    context,
    at,
    config,
    names,
    signedIn,
    continued,

    rewrite: (session, change) =>
      pipe(
        calls.me({ session }),
        TE.flatMap((wire) => {
          const now = sessionAfter(session, wire)
          return pipe(calls.update({ session: now, document: change(writable(wire)) }), TE.map(continued(now)))
        }),
      ),

    ending: (session, call) =>
      pipe(
        call,
        orLookUp((unknown) =>
          pipe(
            calls.me({ session }),
            TE.matchE(
              (error) => (isEnded(error) ? TE.right(undefined) : TE.left(unknown)),
              () => TE.left(notDone(unknown)),
            ),
          ),
        ),
      ),

    accountOnly: ({ kind }, message) => (kind === 'anonymous' ? TE.left(userError('Forbidden', at, { message })) : TE.right(undefined)),
  }
}
