import type { JsonObject, Result, Session, SignedIn } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { toProperties } from '../codecs.js'
import { intentOf } from '../session.js'
import type { Operations, Parts } from './parts.js'

/** What a signed-in user does with the own account. */
export const account = ({
  calls,
  fields,
  steps,
  upgrading,
  signedIn,
}: Parts): Pick<Operations, 'updateProfile' | 'changeContact' | 'upgrade' | 'deleteUser'> => {
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
