import * as E from '#fp-ts/Either'
import type { Held } from '../session-storage.js'
import type { User } from '../user.js'
import type { ResetByCode, ResetRequest } from '../user-backend.js'
import type { UserProvider } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'
import { type Entering, leaveOf } from './entering.js'

const sameText = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && left.toLowerCase() === right.toLowerCase()

const isAbout = (user: User, { identifier }: Pick<ResetRequest, 'identifier'>): boolean =>
  ('id' in identifier && identifier.id === user.id) ||
  (identifier.username !== undefined && identifier.username === user.username) ||
  sameText(identifier.email, user.email?.address) ||
  (identifier.phone !== undefined && identifier.phone === user.phone?.address)

/** Setting a new password without the old one, and what that does to the active session. */
export const passwordReset = (
  { backend, kernel, inTurn, isActive }: ActiveSession,
  { obstacle, enter }: Entering,
): Pick<UserProvider, 'requestPasswordReset' | 'completePasswordReset' | 'parseResetLink'> => {
  const concerns = (held: Held | null, about: Pick<ResetRequest, 'identifier'>): boolean =>
    held !== null && isActive(held) && held.user.kind === 'registered' && isAbout(held.user, about)

  return {
    requestPasswordReset: (input, call = {}) =>
      inTurn('requestPasswordReset', call, async (held, callWith, { carriedOut }) => {
        const answer = await backend.requestPasswordReset(input, callWith())()
        if (E.isLeft(answer)) return answer
        carriedOut({})
        if (answer.right.sessionsEnd === 'at-request' && concerns(held, answer.right)) await kernel.commit(null, 'revokedByReset')
        return answer
      }),

    completePasswordReset: (input, choice = {}) =>
      inTurn('completePasswordReset', choice, async (held, callWith, running, meant) => {
        const name = 'completePasswordReset'
        const { ticket } = (input ?? {}) as Partial<ResetByCode>
        const leave = leaveOf(choice, meant)
        const refused = ticket?.signsIn === true ? obstacle(name, held, leave) : undefined
        if (refused !== undefined) return E.left(refused)
        const answer = await backend.completePasswordReset(input, callWith())()
        if (E.isLeft(answer)) return answer
        const { temporaryPasswordDelivered, signedIn } = answer.right
        if (signedIn !== undefined) {
          return E.map((user: User) => ({ temporaryPasswordDelivered, user }))(await enter(name, signedIn, 'signedIn', leave, running))
        }
        running.carriedOut({ userAction: 'sign-in' })
        if (ticket?.sessionsEnd === 'at-completion' && concerns(held, ticket)) await kernel.commit(null, 'revokedByReset')
        return E.right({ temporaryPasswordDelivered, user: null })
      }),

    parseResetLink: (url) => backend.parseResetLink(url),
  }
}
