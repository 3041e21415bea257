import { afterwards, notDone, orLookUp } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { Operations, Parts } from './parts.js'

/** E-mail address and phone number. Kii answers none of these with the user, so each write is followed by a read. */
export const addresses = ({
  calls,
  carriedOut,
}: Parts): Pick<Operations, 'requestVerification' | 'confirmVerification' | 'changeContact'> => ({
  requestVerification: ({ kind }, session) =>
    pipe(
      calls.resendVerification({ session, kind }),
      TE.map(() => ({ session })),
    ),

  confirmVerification: ({ kind, code }, session) =>
    pipe(
      calls.verify({ session, kind, code }),
      orLookUp((unknown) =>
        pipe(
          calls.me({ session }),
          TE.mapLeft(() => unknown),
          TE.flatMap(({ user }) => {
            const { verified, pending } = user[kind] ?? {}
            return verified === true && pending === undefined ? TE.right(undefined) : TE.left(notDone(unknown))
          }),
        ),
      ),
      // A code works once.
      TE.flatMap(() => afterwards(carriedOut)(calls.me({ session }))),
    ),

  changeContact: ({ email, phone }, session) =>
    pipe(
      email === undefined ? calls.changePhone({ session, phone: phone ?? '' }) : calls.changeEmail({ session, email }),
      TE.flatMap(() => calls.me({ session })),
    ),
})
