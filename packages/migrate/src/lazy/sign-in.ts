import {
  brokenRule,
  type CallOptions,
  type NewPasswordStep,
  type PendingSignIn,
  type Result,
  type SignedIn,
  type SignIn,
  type UserBackend,
  type UserError,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { identifiersAtSource } from './identifiers-at-source.js'
import { noteComing } from './note-coming.js'
import { ask, type Outcome, type Parts, within } from './parts.js'
import type { Proven } from './proven.js'
import { settle } from './settle.js'
import { notesOf, sourceSessionOf } from './travelling-session.js'

const identifierFields = ['username', 'email', 'phone']

/** Says the target that it knows nobody so? Then it may be somebody who has not moved yet. */
const knowsNobody = (error: UserError): boolean =>
  error._tag === 'InvalidCredentials' ||
  error._tag === 'UserNotFound' ||
  (error._tag === 'InvalidInput' && identifierFields.includes(error.field))

// The identifier is of a kind or form that nobody at the source has.
const isNobodys = ({ _tag }: UserError): boolean => _tag === 'UserNotFound' || _tag === 'InvalidInput' || _tag === 'Unsupported'

type Proof = { readonly answer: SignedIn | PendingSignIn; readonly as: SignIn['identifier'] } | 'wrong' | 'nobody'

/** Asks the source about a password. */
const prove = async (parts: Parts, { identifier, password }: SignIn, call: CallOptions): Outcome<Proof> => {
  const { source, to, settings, throttle } = parts
  const { addressAsUsername } = settings
  let isWrong = false
  for (const as of identifiersAtSource(identifier, { from: source.capabilities, to: to.capabilities, addressAsUsername })) {
    const retryAfter = throttle.waits(identifier)
    if (retryAfter !== undefined) return E.left(userError('RateLimited', { vendor: source.vendor, operation: 'signIn' }, { retryAfter }))
    const answer = await ask(parts, call, (limits) => source.signIn({ identifier: as, password }, limits))
    if (E.isRight(answer)) {
      throttle.passed(identifier)
      return E.right({ answer: answer.right, as })
    }
    if (answer.left._tag === 'InvalidCredentials') isWrong = true
    else if (!isNobodys(answer.left)) return answer
  }
  if (isWrong) throttle.failed(identifier)
  return E.right(isWrong ? 'wrong' : 'nobody')
}

/** A first factor that was right at the source. All that is needed to go on is kept with it, as the secret that it is. */
const waiting = ({ travels }: Parts, { pending, ...asked }: PendingSignIn, { identifier, password }: SignIn): PendingSignIn => ({
  ...asked,
  pending: travels(pending, { identifier: JSON.stringify(identifier), password }),
})

/** The ways in with a password. */
export const signingIn = (
  parts: Parts,
): Pick<UserBackend, 'signIn' | 'continueSignIn'> & {
  readonly chooseNewPassword: (step: NewPasswordStep, newPassword: string, options?: CallOptions) => Result<SignedIn | PendingSignIn>
} => {
  const { to, source, settings, newPasswords } = parts

  return {
    signIn: (input, options = {}) =>
      within(parts, 'signIn', options, async (call) => {
        const there = await to.signIn(input, call)()
        if (E.isRight(there)) return 'pending' in there.right ? there : E.right(await noteComing(parts, there.right, call))
        if (settings.retired || !knowsNobody(there.left)) return there
        const proof = await prove(parts, input, call)
        if (E.isLeft(proof)) return proof
        if (proof.right === 'nobody') return there
        if (proof.right === 'wrong')
          return there.left._tag === 'InvalidInput' ? E.left(userError('InvalidCredentials', there.left, {})) : there
        const { answer, as } = proof.right
        const { password } = input
        return 'pending' in answer
          ? E.right(waiting(parts, answer, { identifier: as, password }))
          : settle(parts, { ...answer, identifier: as, password, how: 'password' }, call)
      }),

    continueSignIn: (answer, pending, options = {}) => {
      const inner = sourceSessionOf(pending)
      if (inner === undefined) {
        return within(parts, 'continueSignIn', options, async (call) => {
          const there = await to.continueSignIn(answer, pending, call)()
          return E.isLeft(there) ? there : E.right({ ...there.right, ...(await noteComing(parts, there.right, call)) })
        })
      }
      return within(parts, 'continueSignIn', options, async (call) => {
        if (settings.retired) return E.left(userError('SessionExpired', { vendor: to.vendor, operation: 'continueSignIn' }, {}))
        const { identifier = '{}', password = '' } = notesOf(pending)
        const proved = await ask(parts, call, (limits) => source.continueSignIn(answer, inner, limits))
        if (E.isLeft(proved)) return proved
        const { user, session } = proved.right
        const proven: Proven = { user, session, identifier: JSON.parse(identifier), password, how: 'second-factor' }
        const settled = await settle(parts, proven, call)
        if (E.isLeft(settled) || !('pending' in settled.right)) return settled as E.Either<UserError, SignedIn>
        // The account at the target has a second factor of its own by now: that is another sign-in.
        return E.left(
          userError(
            'InvalidCredentials',
            { vendor: to.vendor, operation: 'continueSignIn' },
            { message: 'The user has moved meanwhile. Sign in again.' },
          ),
        )
      })
    },

    chooseNewPassword: (step, newPassword, options = {}) =>
      within(parts, 'chooseNewPassword', options, async (call) => {
        const at = { vendor: to.vendor, operation: 'chooseNewPassword' }
        const proven = newPasswords.waiting(step)
        const over = userError('InvalidInput', at, { field: 'step', rule: 'is not waiting any more: sign in again' })
        if (proven === undefined) return E.left(over)
        const rule = brokenRule(to.rules.password, newPassword)
        if (rule !== undefined) return E.left(userError('PasswordRejected', at, { rule, step }))
        // Still the same user, with a session that lives?
        const seen = await ask(parts, call, (limits) => source.fetchUser(proven.session, limits))
        if (E.isLeft(seen)) return seen.left._tag === 'SessionExpired' ? E.left(over) : seen
        const settled = await settle(parts, { ...proven, ...seen.right, newPassword }, call)
        if (E.isLeft(settled) && settled.left._tag === 'PasswordRejected') return E.left({ ...settled.left, step })
        if (E.isRight(settled)) newPasswords.done(step)
        return settled
      }),
  }
}
