import { afterwards, fieldsWhere, notDone, orLookUp, type Profile, type Session, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { address } from '../request.js'
import type { Operations, Parts } from './parts.js'

const fieldsOf = ({ attributes, ...predefined }: Profile, before: Profile['attributes'] = {}): object => ({
  ...before,
  ...attributes,
  ...predefined,
})

const refusedName = { field: 'username', rule: 'was refused by Kii', message: 'username: was refused by Kii' }

type Names = 'updateProfile' | 'changeUsername' | 'upgrade' | 'findUser' | 'deleteUser'

/** The user as a document: changing it, looking at others, the end of it. */
export const account = ({ calls, at, carriedOut }: Parts): Pick<Operations, Names> => ({
  // Kii deletes the custom fields that an update does not send, so all of them are sent.
  updateProfile: ({ set = {}, remove = [], ...predefined }, session) =>
    pipe(
      calls.me({ session }),
      TE.flatMap(({ user }) => {
        const attributes = fieldsWhere({ ...user.attributes, ...set }, (name) => !remove.includes(name))
        return calls.update({ session, fields: { ...attributes, ...predefined } })
      }),
      TE.flatMap(() => calls.me({ session })),
    ),

  changeUsername: (username, session) =>
    pipe(
      calls.me({ session }),
      TE.flatMap(({ user }) =>
        user.kind === 'anonymous'
          ? TE.left(userError('Forbidden', at, { message: 'An anonymous user gets a username, and a password with it, by upgrade.' }))
          : pipe(
              calls.update({ session, fields: { ...user.attributes, loginName: username } }),
              // The attributes are what they were.
              TE.mapLeft((error) => (error._tag === 'InvalidInput' ? { ...error, ...refusedName } : error)),
            ),
      ),
      TE.flatMap(() => calls.me({ session })),
    ),

  upgrade: ({ identifiers, password, profile = {} }, session) =>
    pipe(
      calls.me({ session }),
      TE.flatMap(({ user: before }) => {
        if (before.kind === 'registered') return TE.left(userError('NotAnonymous', at, {}))
        const registered: Session = { ...session, kind: 'registered' }
        const read = calls.me({ session: registered })
        return pipe(
          calls.putIdentity({ session, identifiers, password, fields: fieldsOf(profile, before.attributes) }),
          TE.map(() => 'done' as const),
          orLookUp((unknown) =>
            pipe(
              read,
              TE.mapLeft(() => unknown),
              TE.flatMap(({ user }) => (user.kind === 'registered' ? TE.right('done' as const) : TE.left(notDone(unknown)))),
            ),
          ),
          TE.flatMap(() => afterwards(carriedOut, { accountCreated: true })(read)),
          TE.map((after) => ({ ...after, identity: 'kept' as const, previousId: before.id, warnings: [] })),
        )
      }),
    ),

  findUser: (identifier, session) =>
    pipe(
      calls.find({ session, user: address(identifier) }),
      TE.orElse((error) => (error._tag === 'UserNotFound' ? TE.right(null) : TE.left(error))),
      TE.map((user) => ({ user, session })),
    ),

  deleteUser: (_, session) =>
    pipe(
      calls.remove({ session }),
      // The token dies with the user, and with nothing else that could have happened meanwhile.
      orLookUp((unknown) =>
        pipe(
          calls.me({ session }),
          TE.matchE(
            ({ _tag }) => (_tag === 'SessionExpired' ? TE.right(undefined) : TE.left(unknown)),
            () => TE.left(notDone(unknown)),
          ),
        ),
      ),
    ),
})
