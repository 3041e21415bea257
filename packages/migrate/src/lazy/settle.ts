import {
  brokenRule,
  type CallOptions,
  type ErrorDetails,
  type Identifier,
  identifierOf,
  type PendingSignIn,
  type SignedIn,
  type UserError,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { isGone } from '../mapping/marks.js'
import { markGone, unmarkGone } from './gone.js'
import { asNewcomer, type Newcomer } from './newcomer.js'
import { noteComing } from './note-coming.js'
import { ask, type Outcome, type Parts } from './parts.js'
import type { Proven } from './proven.js'
import { isChosen } from './rollout.js'

type Entered = Outcome<SignedIn | PendingSignIn>

/** Goes on at the source, as before. */
const stay = ({ travels }: Parts, { user, session }: Proven): E.Either<UserError, SignedIn> => E.right({ user, session: travels(session) })

const passwordOf = ({ password, newPassword = password }: Proven): string => newPassword

/** The password was right, and will not do at the target: nobody is locked out for that. */
const chooseAnother = (
  { to, newPasswords }: Parts,
  proven: Proven,
  { rule, minimumLength = to.rules.password.minLength }: ErrorDetails['PasswordRejected'],
): E.Either<UserError, never> =>
  E.left(
    userError(
      'PasswordRejected',
      { vendor: to.vendor, operation: 'signIn' },
      {
        message: 'The password is right, but the new service does not take it. Choose another one.',
        step: newPasswords.remember(proven),
        ...(rule === undefined ? {} : { rule }),
        ...(minimumLength === undefined ? {} : { minimumLength }),
      },
    ),
  )

const rejection = (error: UserError): ErrorDetails['PasswordRejected'] | undefined =>
  error._tag === 'PasswordRejected' ? error : error._tag === 'InvalidInput' && error.field === 'password' ? { rule: error.rule } : undefined

/** The session at the source is of no use any more. Nobody waits for its end. */
const leaveSource = ({ source }: Parts, { session }: Pick<Proven, 'session'>): void => {
  if (source.capabilities.signOut.server === 'revokes') void source.signOut(session, { deadline: 5_000 })()
}

const refused = new Set<UserError['_tag']>(['InvalidCredentials', 'UserNotFound'])

/** Tries the password at the target with each identifier that somebody has there. `null`: it opens nothing. */
const enterAs = async (
  { to }: Parts,
  identifiers: readonly Identifier[],
  password: string,
  call: CallOptions,
): Outcome<SignedIn | PendingSignIn | null> => {
  let unverified: E.Either<UserError, never> | undefined
  for (const identifier of identifiers) {
    const entered = await to.signIn({ identifier, password }, call)()
    if (E.isRight(entered)) return entered
    if (entered.left._tag === 'NotVerified') unverified = E.left(entered.left)
    else if (!refused.has(entered.left._tag)) return entered
  }
  return unverified ?? E.right(null)
}

const signInIdentifiers = ({ to }: Parts, { identifiers }: Newcomer): readonly Identifier[] =>
  to.capabilities.signIn.identifiers.flatMap((kind): readonly Identifier[] => {
    const value = identifiers[kind]
    return value === undefined ? [] : [identifierOf(kind, value)]
  })

const wrong = ({ to }: Parts): E.Either<UserError, never> =>
  E.left(userError('InvalidCredentials', { vendor: to.vendor, operation: 'signIn' }, {}))

const conflict = ({ to }: Parts, identifier: ErrorDetails['IdentifierTaken']['identifier']): UserError =>
  userError(
    'IdentifierTaken',
    { vendor: to.vendor, operation: 'migrating' },
    {
      message: 'A user who wants to move has an identifier that somebody else has at the new service. The user stays at the old one.',
      ...(identifier === undefined ? {} : { identifier }),
    },
  )

const impossible = ({ to }: Parts): UserError =>
  userError(
    'InvalidInput',
    { vendor: to.vendor, operation: 'migrating' },
    {
      field: 'identifiers',
      rule: 'are none that the new service takes; the user stays at the old one',
    },
  )

const entered = (parts: Parts, proven: Proven, signedIn: SignedIn): E.Either<UserError, SignedIn> => {
  parts.moved({ previousId: proven.user.id, id: signedIn.user.id, how: proven.how })
  leaveSource(parts, proven)
  return E.right(signedIn)
}

/** Makes the account at the target. Whoever is quicker in another tab makes it; the other one signs in. */
const arrive = async (parts: Parts, before: Proven, call: CallOptions): Entered => {
  const { to, ledger } = parts
  const wasGone = isGone(before.user)
  const marked = wasGone ? E.right(before.session) : await markGone(parts, before.session, call)
  if (E.isLeft(marked)) return marked
  const proven: Proven = { ...before, session: marked.right }
  const stays = async (): Promise<E.Either<UserError, SignedIn>> =>
    stay(parts, { ...proven, session: wasGone ? proven.session : await unmarkGone(parts, proven.session, call) })

  const password = passwordOf(proven)
  let wanted: Newcomer = { identifiers: {}, profile: {} }
  const made = await asNewcomer(parts, proven.user, (newcomer) => {
    wanted = newcomer
    return to.signUp({ ...newcomer, password }, call)
  })
  if (E.isRight(made)) {
    if (made.right === null) {
      parts.problem(impossible(parts))
      return stays()
    }
    const recorded = await ledger?.record({ from: proven.session, targetId: made.right.user.id }, call)()
    if (recorded !== undefined && E.isLeft(recorded)) parts.problem(recorded.left)
    return entered(parts, proven, made.right)
  }
  const rejected = rejection(made.left)
  if (rejected !== undefined) {
    const session = wasGone ? proven.session : await unmarkGone(parts, proven.session, call)
    return chooseAnother(parts, { ...proven, session }, rejected)
  }
  if (made.left._tag !== 'IdentifierTaken') return made
  const there = await enterAs(parts, signInIdentifiers(parts, wanted), password, call)
  if (E.isLeft(there)) return there
  if (there.right !== null) {
    leaveSource(parts, proven)
    return E.right(there.right)
  }
  // Moved before, and the password was changed since: the old one must not open anything.
  if (wasGone) return wrong(parts)
  parts.problem(conflict(parts, made.left.identifier))
  return stays()
}

/** What becomes of somebody whom the source has let in: an account at the target that is made or claimed, or the old one for now. */
export const settle = async (parts: Parts, proven: Proven, call: CallOptions): Entered => {
  const { to, ledger, settings } = parts
  // Whoever has gone stays gone, whatever the percentage is by now: the old password must not bring them back.
  if (!isGone(proven.user) && !isChosen(proven.user.id, settings.rollout)) return stay(parts, proven)
  const password = passwordOf(proven)
  const rule = brokenRule(to.rules.password, password)
  if (rule !== undefined) return chooseAnother(parts, proven, { rule })
  if (ledger === undefined) return arrive(parts, proven, call)

  const { identifier, session } = proven
  const claimed = await ask(parts, call, (limits) =>
    ledger.claim({ identifier, session, password: proven.password, newPassword: password }, limits),
  )
  if (E.isLeft(claimed)) {
    if (claimed.left._tag === 'InvalidCredentials') return wrong(parts)
    const rejected = rejection(claimed.left)
    return rejected === undefined ? claimed : chooseAnother(parts, proven, rejected)
  }
  if (claimed.right.outcome === 'absent') return arrive(parts, proven, call)
  const there = await enterAs(parts, [claimed.right.identifier], password, call)
  if (E.isLeft(there)) return there
  if (there.right === null) return wrong(parts)
  if (claimed.right.outcome === 'come' || 'pending' in there.right) {
    leaveSource(parts, proven)
    return E.right(there.right)
  }
  const [signedIn] = await Promise.all([noteComing(parts, there.right, call), markGone(parts, proven.session, call)])
  return entered(parts, proven, signedIn)
}
