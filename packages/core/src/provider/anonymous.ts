import * as E from '#fp-ts/Either'
import { type MergeTicket, type UserError, userError } from '../errors.js'
import { type Aftermath, inTheEnd } from '../outcome.js'
import { seal, unseal } from '../sealed.js'
import { type Held, unseen } from '../session-storage.js'
import { readSession } from '../stored.js'
import type { User } from '../user.js'
import type { Warning } from '../user-backend.js'
import type { UserProvider } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'
import { type Entering, leaveOf } from './entering.js'
import { isDead } from './renewing.js'
import type { CallWith, Outcome } from './step.js'

// After these nobody knows how far the vendor got: what was kept for the way must stay.
const uncertain = new Set<UserError['_tag']>(['Timeout', 'Cancelled', 'Network', 'OutcomeUnknown'])

const shortestPassphrase = 8

const asAccount: Aftermath = { accountCreated: true, userAction: 'sign-in' }

const inMemoryOnly: Warning = {
  code: 'not-stored',
  message: 'The account exists and is active, but the session could not be stored: after a restart it takes a sign-in.',
}

/** Users without a login: having one, backing it up, making it an account. */
export const anonymous = (
  { backend, kernel, at, operation, inTurn, signedInOnly, withSession, isActive, fresh }: ActiveSession,
  { obstacle, enter }: Entering,
): Pick<UserProvider, 'signInAnonymously' | 'upgrade' | 'exportAnonymous' | 'importAnonymous'> => {
  const notStored = (name: string): UserError =>
    userError('Unavailable', at(name), {
      message:
        'The anonymous user exists and is active, but its only credential could not be stored. Call signInAnonymously again once the store works.',
    })

  /** Forgets what was kept on the way, unless it may be all that is left of a user. */
  const settleKept = async (error: UserError): Promise<void> => {
    if (error.carriedOut !== true && !uncertain.has(error._tag)) await kernel.unkeep()
  }

  /** A credential that was kept before an earlier attempt was cut off: perhaps there is a user behind it. */
  const leftOver = async (callWith: CallWith): Promise<E.Either<UserError, Omit<Held, 'stored'> | null>> => {
    const session = kernel.kept
    if (session === undefined) return E.right(null)
    const found = await backend.renewSession(session, callWith())()
    if (E.isRight(found)) return E.right(fresh(found.right))
    return found.left._tag === 'SessionExpired' ? E.right(null) : found
  }

  /** A credential that was stored before its user was seen: only the server knows whether there is one. */
  const look = async (held: Held, callWith: CallWith): Outcome<User> => {
    const answer = await withSession(held, callWith, (session, options) => backend.fetchUser(session, options))
    if (E.isLeft(answer)) return answer
    await kernel.commit(fresh(answer.right), 'restored')
    return E.right(answer.right.user)
  }

  const shortPassphrase = (name: string, passphrase: unknown): UserError | undefined =>
    typeof passphrase === 'string' && [...passphrase].length >= shortestPassphrase
      ? undefined
      : userError('InvalidInput', at(name), { field: 'passphrase', rule: `must have at least ${shortestPassphrase} characters` })

  const signInAnonymously: UserProvider['signInAnonymously'] = (profile = {}, call = {}) =>
    inTurn('signInAnonymously', call, async (held, callWith, { carriedOut }): Outcome<User> => {
      const name = 'signInAnonymously'
      const active = held ?? (await kernel.lookAgain())
      if (active?.user.kind === 'registered') return E.left(userError('AlreadySignedIn', at(name), {}))
      if (active?.stored === true) {
        const seen = active.fetchedAt === unseen ? await look(active, callWith) : E.right(active.user)
        if (E.isRight(seen) || seen.left._tag !== 'SessionExpired' || isActive(active)) return seen
      }
      const aside = await kernel.aside()
      if (E.isLeft(aside)) return aside
      const kept = held === null && aside.right === null ? await leftOver(callWith) : E.right(null)
      if (E.isLeft(kept)) return kept
      const known = kernel.held ?? aside.right ?? kept.right
      const answer = known === null ? await backend.signInAnonymously(profile, callWith())() : E.right(known)
      if (E.isLeft(answer)) {
        await settleKept(answer.left)
        return answer
      }
      carriedOut({})
      const quicker = known === null ? await kernel.lookAgain() : null
      if (quicker !== null) {
        // Another tab was quicker: its user has been in use, this one has not.
        await kernel.unkeep()
        return quicker.user.kind === 'anonymous' ? E.right(quicker.user) : E.left(userError('AlreadySignedIn', at(name), {}))
      }
      const { stored } = await kernel.commit(known ?? fresh(answer.right), 'signedIn')
      if (!stored) return E.left(notStored(name))
      if (held === null && aside.right !== null) await kernel.dropAside()
      return E.right(answer.right.user)
    })

  const upgrade: UserProvider['upgrade'] = (input, call = {}) =>
    inTurn(
      'upgrade',
      call,
      signedInOnly('upgrade', async (held, callWith, { carriedOut }) => {
        if (held.user.kind !== 'anonymous') return E.left(userError('NotAnonymous', at('upgrade'), {}))
        const answer = await withSession(held, callWith, (session, options) => backend.upgrade(input, session, options))
        if (E.isRight(answer)) {
          carriedOut({ accountCreated: true })
          await kernel.lookAgain()
          if (!isActive(held)) return E.left(inTheEnd(userError('Cancelled', at('upgrade'), {}), asAccount))
          const { session, ...upgraded } = answer.right
          const { stored } = await kernel.commit(fresh(answer.right), 'upgraded')
          return E.right(stored ? upgraded : { ...upgraded, warnings: [...upgraded.warnings, inMemoryOnly] })
        }
        if (!isActive(held) && !isDead(answer)) return answer
        const error = answer.left
        await settleKept(error)
        // The steps that were begun are finished or undone by the next look at the user.
        if (kernel.kept !== undefined) await kernel.renewed(kernel.held?.session ?? held.session, kernel.kept)
        if (error._tag !== 'IdentifierTaken') return answer
        const mergeTicket: MergeTicket = {
          type: 'merge',
          vendor: backend.vendor,
          // The session may have moved to another id on the way, which alone is known after a restart.
          anonymousId: (kernel.held ?? held).user.id,
          ...(error.identifier ? { identifier: error.identifier } : {}),
        }
        return E.left({ ...error, mergeTicket })
      }),
    )

  return {
    signInAnonymously,
    upgrade,

    exportAnonymous: (passphrase, call = {}) =>
      operation(
        'exportAnonymous',
        call,
        signedInOnly('exportAnonymous', async (held) => {
          if (held.user.kind !== 'anonymous') return E.left(userError('NotAnonymous', at('exportAnonymous'), {}))
          const short = shortPassphrase('exportAnonymous', passphrase)
          return short === undefined ? E.right(await seal(JSON.stringify(held.session), passphrase)) : E.left(short)
        }),
      ),

    importAnonymous: (backup, passphrase, choice = {}) =>
      inTurn('importAnonymous', choice, async (held, callWith, running, meant) => {
        const name = 'importAnonymous'
        const short = shortPassphrase(name, passphrase)
        if (short !== undefined) return E.left(short)
        const text = await unseal(String(backup), passphrase)
        const session = text === undefined ? undefined : readSession(text)
        if (session?.vendor !== backend.vendor || session.kind !== 'anonymous') {
          const rule = `is not a backup of an anonymous user of ${backend.vendor}, or the passphrase is wrong`
          return E.left(userError('InvalidInput', at(name), { field: 'backup', rule }))
        }
        if (held?.user.id === session.userId) return E.right(held.user)
        const leave = leaveOf(choice, meant)
        const refused = obstacle(name, held, leave)
        if (refused !== undefined) return E.left(refused)
        const alive = await backend.fetchUser(session, callWith())()
        const found = isDead(alive) ? await backend.renewSession(session, callWith())() : alive
        return E.isLeft(found) ? found : enter(name, found.right, 'signedIn', leave, running)
      }),
  }
}
