import * as E from '#fp-ts/Either'
import type { ChangeReason } from '../change-reason.js'
import { userError } from '../errors.js'
import type { Held } from '../session-storage.js'
import { type SharedWork, shareWork } from '../shared-work.js'
import type { Session, User } from '../user.js'
import type { ProviderOptions, UserProvider } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'
import { isDead } from './renewing.js'
import type { CallWith, Outcome } from './step.js'

/** Bringing the session back at the start, and asking the server for the active user later. */
export const restoring = (
  { backend, kernel, ownDeadline, at, operation, inTurn, signedInOnly, withRenewal, lastRefresh, isActive, fresh }: ActiveSession,
  { legacyStore }: ProviderOptions,
): Pick<UserProvider, 'restore' | 'refresh'> => {
  let refreshing: { readonly of: Session; readonly work: SharedWork<User> } | undefined

  const fetchNow = async (held: Held, callWith: CallWith, reason: ChangeReason): Outcome<User> => {
    const revision = kernel.revision
    let used = held.session
    const answer = await withRenewal(held, callWith, (session, options) => {
      used = session
      return backend.fetchUser(session, options)
    })
    if (E.isLeft(answer)) return answer
    const now = kernel.held
    if (!now || !isActive(held)) return E.left(userError('Cancelled', at(reason === 'restored' ? 'restore' : 'refresh'), {}))
    // An operation on its way has stored what it must not lose: this answer came from before that.
    const isOlder = kernel.kept !== undefined && kernel.kept !== used
    if (isOlder || now.session !== used || kernel.revision !== revision) {
      // The user may be older than the one held. What the answer renewed is not: it may be all that still works.
      await kernel.renewed(used, answer.right.session)
      return E.right(now.user)
    }
    await kernel.commit(fresh(answer.right), reason)
    return E.right(answer.right.user)
  }

  /** The first start after a change of library: what the vendor's old SDK left is tried, and taken over once the server confirms it. */
  const adopt = async (callWith: CallWith): Promise<void> => {
    if (legacyStore === undefined) return
    const found = await backend.adoptable(async (name) => legacyStore.get(name)).catch(() => null)
    if (found === null) return
    const alive = await backend.fetchUser(found.session, callWith())()
    const answer = isDead(alive) ? await backend.renewSession(found.session, callWith())() : alive
    if (E.isLeft(answer) || kernel.held) return
    const { stored } = await kernel.commit(fresh(answer.right), 'restored')
    // What the old library kept goes only when the session is safe here.
    if (stored) await kernel.storage.dropFrom(legacyStore, found.name)
  }

  return {
    restore: (call = {}) =>
      inTurn('restore', call, async (held, callWith) => {
        // Only the server's word ends a session: without it the stored user stays, marked stale.
        if (held?.stale === true) await fetchNow(held, callWith, 'restored')
        if (held === null) await adopt(callWith)
        kernel.announce()
        return E.right(kernel.held?.user ?? null)
      }),

    refresh: (call = {}) =>
      operation(
        'refresh',
        call,
        signedInOnly('refresh', (held, callWith) => {
          const options = callWith()
          const { deadline = ownDeadline, signal } = options
          if (refreshing?.of !== held.session || !refreshing.work.isOpenTo(deadline)) {
            const work = shareWork({ signal, deadline }, (limits) => {
              const fetch = fetchNow(held, () => ({ ...options, ...limits }), 'refreshed')
              lastRefresh.of = held.session
              lastRefresh.work = fetch
              return fetch
            })
            refreshing = { of: held.session, work }
          }
          return refreshing.work.join(at('refresh'), { signal, deadline })
        }),
      ),
  }
}
