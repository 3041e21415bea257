import { brokenRule, fieldsWhere, notDone, orLookUp, pathSegment, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { addressOf, fieldsOf, writable } from '../codecs.js'
import { sessionAfter, sessionOf } from '../session.js'
import type { Operations, Parts } from './parts.js'

type Account = Pick<
  Operations,
  'updateProfile' | 'upgrade' | 'changeUsername' | 'changeContact' | 'requestVerification' | 'deleteUser' | 'suspendUser'
>

/** What a signed-in user does with the own account. */
export const account = (parts: Parts): Account => {
  const { calls, at, names, signedIn, continued, rewrite, ending, accountOnly, trimmed, credentialsOf, ifTheyWork } = parts

  const keptAttribute = userError('Vendor', at, { message: 'Kinvey kept an attribute that the update had left out.' })
  const noAddress = userError('Vendor', at, { message: 'The user has no e-mail address to verify.' })

  return {
    updateProfile: ({ set, remove = [], ...profile }, session) =>
      pipe(
        rewrite(session, (document) => {
          const fields = { ...document, ...fieldsOf({ ...profile, attributes: set }, {}, names) }
          return fieldsWhere(fields, (name) => !remove.includes(name))
        }),
        TE.flatMap((updated) =>
          remove.some((name) => Object.hasOwn(updated.user.attributes, name)) ? TE.left(keptAttribute) : TE.right(updated),
        ),
      ),

    upgrade: ({ identifiers, password, profile = {} }, session) =>
      pipe(
        calls.me({ session }),
        TE.flatMap((wire) => {
          const now = sessionAfter(session, wire)
          if (now.kind === 'registered') return TE.left(userError('NotAnonymous', at, {}))
          const credentials = credentialsOf(identifiers, password)
          return pipe(
            calls.upgrade({ session: now, document: { ...writable(wire), ...fieldsOf(profile, identifiers, names), ...credentials } }),
            TE.map((reply) => signedIn(reply, sessionOf(reply, 'registered', reply._kmd?.authtoken ?? now.secrets.token))),
            orLookUp((unknown) =>
              pipe(
                ifTheyWork(credentials)(unknown),
                TE.flatMap((found) => (found.user.id === session.userId ? TE.right(found) : TE.left(notDone(unknown)))),
              ),
            ),
            TE.map((after) => ({ ...after, identity: 'kept' as const, previousId: session.userId, warnings: [] })),
          )
        }),
      ),

    changeUsername: (username, session) =>
      pipe(
        accountOnly(session, 'An anonymous user has no username of its own yet. Upgrade it.'),
        TE.flatMap(() => rewrite(session, (document) => ({ ...document, username: trimmed(username) }))),
      ),

    // A new address is an unverified one, and a mail may be on its way: only reading the user again tells.
    changeContact: ({ email, phone }, session) =>
      pipe(
        rewrite(session, (document) => ({ ...document, ...fieldsOf({}, { email, phone }, names) })),
        TE.flatMap((changed) =>
          pipe(
            calls.me({ session: changed.session }),
            TE.map(continued(changed.session)),
            TE.orElse(() => TE.right(changed)),
          ),
        ),
      ),

    // The request itself proves no session.
    requestVerification: (_, session) =>
      pipe(
        calls.me({ session }),
        TE.flatMap((wire) => {
          if (addressOf(wire) === undefined) return TE.left(noAddress)
          const { username = '', _id: id } = wire
          return pipe(
            calls.requestVerification(brokenRule(pathSegment, username) === undefined ? username : id),
            TE.map(() => ({ session: sessionAfter(session, wire) })),
          )
        }),
      ),

    // The token dies with the user.
    deleteUser: (_, session) => ending(session, calls.remove({ session })),

    suspendUser: (session) => ending(session, calls.suspend({ session })),
  }
}
