import { type JsonObject, orLookUp, type Result, type Session, type SignedIn, type UserOperations, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { toProperties } from './codecs.js'
import type { Kit } from './kit.js'
import { type Account, intentOf } from './session.js'
import { isUnexplained } from './steps.js'

/** What a signed-in user does with the own account. */
export const account = ({
  calls,
  context: { at },
  fields,
  steps,
  upgrading,
  signedIn,
}: Kit): Pick<UserOperations, 'updateProfile' | 'changeContact' | 'upgrade' | 'changePassword' | 'deleteUser'> => {
  const { from } = steps

  // An upgrade that was cut short is settled first: what goes to the wrong one of the two users is lost with it.
  const save = (properties: JsonObject, session: Session): Result<SignedIn> =>
    pipe(
      intentOf(session) === undefined
        ? TE.right(session)
        : pipe(
            upgrading.settled(session, steps.current),
            TE.map((settled) => settled.session),
          ),
      TE.flatMap((current) => calls.saveProperties({ from: from(current), properties })),
      TE.flatMap(steps.current),
      TE.map(signedIn),
    )

  return {
    updateProfile: ({ set, ...predefined }, session) => save(toProperties({}, { ...predefined, attributes: set }, fields), session),

    changeContact: (contacts, session) => save(toProperties(contacts, {}, fields), session),

    upgrade: (input, session) =>
      pipe(
        upgrading.upgrade(input, session),
        TE.map(({ account: upgraded, previousId, warnings }) => ({ ...signedIn(upgraded), identity: 'replaced', previousId, warnings })),
      ),

    // The user is read before, so that nothing can go wrong after the change.
    changePassword: ({ current = '', next }, session) => {
      // The generated password is the only credential: a session that was copied would not learn of the new one.
      if (session.kind === 'anonymous') {
        return TE.left(userError('Forbidden', at, { message: 'An anonymous user has no password of its own. Upgrade it.' }))
      }
      return pipe(
        steps.known(session),
        TE.flatMap((before) =>
          pipe(
            calls.updatePassword({ from: from(before.session), oldPassword: current, newPassword: next }),
            TE.map((renewed): Account => ({ ...before, session: renewed })),
            orLookUp((unknown) =>
              pipe(
                steps.login({ username: before.wire._username, password: next }),
                TE.mapLeft(() => unknown),
              ),
            ),
            TE.orElse((error) =>
              isUnexplained(error)
                ? pipe(
                    steps.login({ username: before.wire._username, password: current }),
                    TE.flatMap(() => TE.left(userError('PasswordRejected', at, { code: error.code }))),
                  )
                : TE.left(error),
            ),
          ),
        ),
        TE.map(signedIn),
      )
    },

    deleteUser: ({ password = '' }, session) =>
      session.kind === 'registered'
        ? steps.unregister(session, password)
        : pipe(
            steps.ownPassword(session),
            TE.flatMap(() => upgrading.settled(session, steps.loginAgain)),
            // Where an upgrade turns out to have been carried out, the account is all that is left of the user.
            TE.flatMap((found) => steps.unregister(found.session, found.session.secrets.password ?? intentOf(session)?.password ?? '')),
          ),
  }
}
