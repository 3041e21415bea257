import {
  type CallOptions,
  type Identifier,
  type ResetByCode,
  type ResetByLink,
  type ResetCompleted,
  type ResetIdentifier,
  type ResetLink,
  type ResetRequest,
  type ResetTicket,
  type UserBackend,
  type UserError,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { identifiersAtSource } from './identifiers-at-source.js'
import type { Standing } from './move-ledger.js'
import { ask, askFirst, type Outcome, type Parts, refusedAtOnce, within } from './parts.js'
import { settle } from './settle.js'

// The receipt says where it came from: the two vendors may be of the same kind.
const fromSource = { side: 'source' } as const

const isOfSource = (receipt: object | undefined): boolean => receipt !== undefined && 'side' in receipt && receipt.side === fromSource.side

/** A link that both sides can read: only they can tell whose it is. */
type EitherLink = ResetLink & { readonly other?: ResetLink }

const isSpent = (tag: string): boolean => tag === 'ResetCodeInvalid' || tag === 'ResetCodeExpired'

const namesOf = (identifier: ResetIdentifier): Identifier | undefined => ('id' in identifier ? undefined : identifier)

/** A new password for somebody who may not have moved yet. */
export const passwordReset = (
  parts: Parts,
): Pick<UserBackend, 'requestPasswordReset' | 'completePasswordReset' | 'forgotUsername' | 'parseResetLink'> => {
  const { to, source, ledger, settings } = parts
  const { addressAsUsername } = settings

  const notFound: E.Either<UserError, never> = E.left(
    userError('UserNotFound', { vendor: to.vendor, operation: 'requestPasswordReset' }, {}),
  )

  /** Is it somebody made in bulk who has not come? A password set at the target would be unknown to the ledger, and the old one still good. */
  const isWaiting = async (identifier: ResetIdentifier, call: CallOptions): Outcome<boolean> => {
    const named = namesOf(identifier)
    if (ledger === undefined || named === undefined) return E.right(false)
    const standing = await askFirst(parts, call, (limits) => ledger.standing(named, limits))
    return E.map((known: Standing) => known === 'waiting')(standing)
  }

  /** `null`: nobody at the source has it. */
  const requestAtSource = async ({ identifier, channel }: ResetRequest, call: CallOptions): Outcome<ResetTicket | null> => {
    const { passwordReset: channels } = source.capabilities
    if (channels === false) return E.right(null)
    const named = namesOf(identifier)
    const candidates: readonly ResetIdentifier[] =
      named === undefined ? [identifier] : identifiersAtSource(named, { from: source.capabilities, to: to.capabilities, addressAsUsername })
    const wanted = channel !== undefined && channel in channels ? { channel } : {}
    for (const one of candidates) {
      const answer = await ask(parts, call, (limits) => source.requestPasswordReset({ identifier: one, ...wanted }, limits))
      if (E.isRight(answer)) return E.right({ ...answer.right, ...fromSource } as ResetTicket)
      if (!['UserNotFound', 'InvalidInput', 'Unsupported'].includes(answer.left._tag)) return answer
    }
    return E.right(null)
  }

  const completeAtSource = async (input: ResetByCode | ResetByLink, call: CallOptions): Outcome<ResetCompleted> => {
    const completed = await ask(parts, call, (limits) => source.completePasswordReset(input, limits))
    if (E.isLeft(completed) || completed.right.signedIn === undefined) return completed
    const { signedIn, ...report } = completed.right
    const { newPassword } = input
    const named = 'ticket' in input ? namesOf(input.ticket.identifier) : undefined
    if (newPassword === undefined || named === undefined) {
      return E.right({ ...report, signedIn: { ...signedIn, session: parts.travels(signedIn.session) } })
    }
    const settled = await settle(parts, { ...signedIn, identifier: named, password: newPassword, how: 'reset' }, call)
    if (E.isLeft(settled)) return settled
    // The account at the target wants a second factor: the person signs in.
    return 'pending' in settled.right ? E.right(report) : E.right({ ...report, signedIn: settled.right })
  }

  return {
    requestPasswordReset: (input, options = {}) =>
      within(parts, 'requestPasswordReset', options, async (call) => {
        if (settings.retired) return to.requestPasswordReset(input, call)()
        const refused = await refusedAtOnce((limits) => to.requestPasswordReset(input, limits))
        if (refused !== undefined) return refused
        const waiting = await isWaiting(input.identifier, call)
        if (E.isLeft(waiting)) return waiting
        const there = waiting.right ? notFound : await to.requestPasswordReset(input, call)()
        if (E.isRight(there) || there.left._tag !== 'UserNotFound') return there
        const here = await requestAtSource(input, call)
        if (E.isLeft(here)) return here
        return here.right === null ? there : E.right(here.right)
      }),

    completePasswordReset: (input, options = {}) => {
      const { ticket, link } = (input ?? {}) as Partial<ResetByCode & ResetByLink>
      const at = { vendor: to.vendor, operation: 'completePasswordReset' }
      if (!isOfSource(ticket ?? link)) {
        const other = (link as EitherLink | undefined)?.other
        if (other === undefined || settings.retired) return to.completePasswordReset(input, options)
        return within(parts, at.operation, options, async (call) => {
          const there = await to.completePasswordReset(input, call)()
          if (E.isRight(there) || !isSpent(there.left._tag)) return there
          return completeAtSource({ ...input, link: other } as ResetByLink, call)
        })
      }
      return within(parts, at.operation, options, async (call) =>
        settings.retired ? E.left(userError('ResetCodeExpired', at, {})) : completeAtSource(input, call),
      )
    },

    // Answered alike whether or not there is somebody, so both are asked.
    forgotUsername: (input, options = {}) =>
      within(parts, 'forgotUsername', options, async (call) => {
        const there = await to.forgotUsername(input, call)()
        if (E.isRight(there) && !settings.retired && source.capabilities.forgotUsername) {
          await ask(parts, call, (limits) => source.forgotUsername(input, limits))
        }
        return there
      }),

    parseResetLink: (url) => {
      const there = to.parseResetLink(url)
      const here = settings.retired ? there : source.parseResetLink(url)
      if (E.isRight(there)) return E.isRight(here) && here !== there ? E.right({ ...there.right, other: here.right } as ResetLink) : there
      return E.isRight(here) ? E.right({ ...here.right, ...fromSource } as ResetLink) : there
    },
  }
}
