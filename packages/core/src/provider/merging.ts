import * as E from '#fp-ts/Either'
import { type UserError, userError } from '../errors.js'
import type { Held } from '../session-storage.js'
import { settle } from '../settle.js'
import type { ProfileChange, User } from '../user.js'
import type { MergeChoice, UserProvider } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'
import { isDead } from './renewing.js'
import type { CallWith, Outcome } from './step.js'

const choices: readonly unknown[] = ['missing', 'all', 'none']

/** What goes to the account; `undefined` where the app's choice is none, or comes to none. Then nothing may be removed. */
const toCopy = (choice: Exclude<MergeChoice['copy'], undefined>, anonymous: User, account: User): ProfileChange | undefined => {
  if (typeof choice === 'function') {
    const made: unknown = E.toUnion(
      E.tryCatch(
        () => choice(anonymous, account),
        () => undefined,
      ),
    )
    if (typeof made !== 'object' || made === null) return undefined
    if (!('then' in made)) return made
    // Nobody waits for what it promises: should the promise be broken, that must not end the process.
    void settle(() => made)
    return undefined
  }
  if (!choices.includes(choice)) return undefined
  if (choice === 'none') return {}
  const wanted = Object.entries(anonymous.attributes).filter(([name]) => choice === 'all' || !Object.hasOwn(account.attributes, name))
  return wanted.length === 0 ? {} : { set: Object.fromEntries(wanted) }
}

const saysNothing = ({ set = {}, remove = [], ...named }: ProfileChange): boolean =>
  Object.keys(set).length + remove.length === 0 && Object.values(named).every((value) => value === undefined)

/** Bringing an anonymous user that was set aside into the account that took its place, or back. */
export const merging = ({
  backend,
  kernel,
  at,
  operation,
  inTurn,
  signedInOnly,
  withSession,
  isActive,
  fresh,
}: ActiveSession): Pick<UserProvider, 'pendingMerge' | 'completeMerge' | 'abortMerge'> => {
  const noMerge = (name: string): UserError =>
    userError('InvalidInput', at(name), { field: 'merge', rule: 'no anonymous user is set aside: sign in with a merge ticket first' })

  const noChoice = userError('InvalidInput', at('completeMerge'), {
    field: 'copy',
    rule: 'must be missing, all, none, or a function that makes a change of the profile at once',
  })

  const noTrace = userError('Unavailable', at('completeMerge'), {
    message: 'The anonymous user cannot be removed any more, and its last trace could not be stored. Try again once the store works.',
  })

  // Another device may have made an account of the anonymous user, which the same session would remove.
  const endAnonymous = async (aside: Held, callWith: CallWith): Outcome<void> => {
    const alive = await backend.fetchUser(aside.session, callWith())()
    const found = isDead(alive) ? await backend.renewSession(aside.session, callWith())() : alive
    const isAccount = E.isRight(found) && found.right.user.kind === 'registered'
    if (isAccount) return E.right(undefined)
    const removed = E.isRight(found) ? await backend.deleteUser({}, found.right.session, callWith())() : found
    // Nobody here can remove it any more, and it may live on: suspended, or by a backup elsewhere.
    if (isDead(removed) && !(await kernel.storage.keepLost(aside.session))) return E.left(noTrace)
    const gone = isDead(removed) || (E.isLeft(removed) && removed.left._tag === 'UserNotFound')
    return gone ? E.right(undefined) : removed
  }

  return {
    pendingMerge: (call = {}) =>
      operation('pendingMerge', call, async () => {
        const aside = await kernel.aside()
        if (E.isLeft(aside)) return aside
        if (aside.right === null) return E.right(null)
        const { user } = aside.right
        return E.right({ ticket: { type: 'merge' as const, vendor: backend.vendor, anonymousId: user.id }, anonymous: user })
      }),

    completeMerge: (choice = {}, call = {}) =>
      inTurn(
        'completeMerge',
        call,
        signedInOnly('completeMerge', async (held, callWith, { carriedOut }) => {
          if (choice.keepAnonymous !== true && backend.capabilities.deleteUser === false) {
            const instead = 'completeMerge({ keepAnonymous: true })'
            return E.left(userError('Unsupported', at('completeMerge'), { capability: 'deleteUser', instead }))
          }
          const aside = await kernel.aside()
          if (E.isLeft(aside)) return aside
          if (aside.right === null) return E.left(noMerge('completeMerge'))
          const change = toCopy(choice.copy ?? 'missing', aside.right.user, held.user)
          if (change === undefined) return E.left(noChoice)
          let active = held.user
          if (!saysNothing(change)) {
            const copied = await withSession(held, callWith, (session, options) => backend.updateProfile(change, session, options))
            if (E.isLeft(copied)) return copied
            await kernel.lookAgain()
            if (!isActive(held)) return E.left(userError('Cancelled', at('completeMerge'), {}))
            await kernel.commit(fresh(copied.right), 'updated')
            active = copied.right.user
          }
          if (choice.keepAnonymous !== true) {
            const ended = await endAnonymous(aside.right, callWith)
            if (E.isLeft(ended)) return ended
          }
          carriedOut({})
          await kernel.dropAside()
          return E.right(active)
        }),
      ),

    abortMerge: (call = {}) =>
      inTurn('abortMerge', call, async (held, callWith, { carriedOut }) => {
        const aside = await kernel.aside()
        if (E.isLeft(aside)) return aside
        if (aside.right === null) return E.left(noMerge('abortMerge'))
        if (held?.user.kind === 'anonymous') return E.left(userError('WouldLoseAnonymousUser', at('abortMerge'), {}))
        carriedOut({})
        const { stored } = await kernel.commit(aside.right, 'signedIn')
        if (stored) await kernel.dropAside()
        if (held !== null) await backend.signOut(held.session, callWith())()
        return E.right(aside.right.user)
      }),
  }
}
