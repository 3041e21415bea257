import { type CallOptions, kindOf, type Result, type User, type UserError, type UserId, userError, withDeadline } from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { type Ledger, LedgerFailure, type MoveRecord, type NewRecord } from '../ledger/ledger.js'
import { isOurs } from '../mapping/compare.js'
import { foldedIdentifiers, identifiersOf } from '../mapping/fold.js'
import { isGone } from '../mapping/marks.js'
import { defaultPolicy } from '../policy.js'
import { digestOf } from '../run/prepare.js'
import { claimIn } from './ledger-claim.js'
import { type LedgerDesk, type LedgerSide, proved, recordOf, refused } from './ledger-desk.js'
import { exchangeIn } from './ledger-exchange.js'
import { erasePlaceholder } from './ledger-placeholder.js'
import type { MoveLedger, Standing } from './move-ledger.js'
import type { Outcome } from './parts.js'
import { createThrottle } from './throttle.js'

export interface DirectoryLedgerOptions {
  /** That of the bulk run. */
  readonly ledger: Ledger
  readonly from: LedgerSide
  readonly to: LedgerSide
  /** That of the run, where it is not the usual one. */
  readonly originAttribute?: string
  /** Wrong passwords for one identifier before it is refused for a while (default 10 in 10 minutes). */
  readonly throttle?: { readonly failures: number; readonly within: number }
}

const moved = new Set<MoveRecord['state']>(['created', 'verified', 'linked'])

/** The row of somebody who came before any run has seen them, so that none makes them again, whatever they are called by then. */
const newcomer = (ledger: Ledger, user: User, targetId: UserId): NewRecord => ({
  sourceId: user.id,
  kind: user.kind,
  state: 'linked',
  targetId,
  targetName: null,
  digest: digestOf({ ledger }, user),
  losses: [],
  problem: null,
  folded: foldedIdentifiers(identifiersOf(user)),
})

const unavailable = (operation: string): UserError =>
  userError('Unavailable', { vendor: 'ledger', operation }, { message: 'The ledger of the move cannot be used now.' })

/**
 * What a bulk run knows of everybody, for `migrating`: on a server, next to the admin keys. Every user is proved here, by asking the
 * source; what an app says is only where to look.
 */
export const directoryLedger = (options: DirectoryLedgerOptions): MoveLedger => {
  const { ledger, from, to } = options
  const desk: LedgerDesk = {
    ledger,
    from,
    to,
    originAttribute: options.originAttribute ?? defaultPolicy.originAttribute,
    throttle: createThrottle(options.throttle ?? { failures: 10, within: 600_000 }),
  }

  const operation = <A>(name: string, call: CallOptions, run: (call: CallOptions) => Outcome<A>): Result<A> =>
    withDeadline<A>({ vendor: 'ledger', operation: name }, call, ({ remaining, signal }) =>
      pipe(
        TE.tryCatch(
          () =>
            run({
              signal,
              get deadline() {
                return Math.max(1, remaining())
              },
            }),
          (cause) =>
            cause instanceof LedgerFailure
              ? unavailable(name)
              : userError('Vendor', { vendor: 'ledger', operation: name }, { code: 'internal' }),
        ),
        TE.flatMap(TE.fromEither),
      ),
    )

  return {
    standing: (identifier, call = {}) =>
      operation('standing', call, async (limits) => {
        const [holder] = (await ledger.holders(foldedIdentifiers(identifier))).values()
        const [known] = holder === undefined ? [] : await ledger.get([holder])
        if (known !== undefined) {
          const standing: Standing = known.state === 'linked' || known.password === 'set' ? 'come' : 'waiting'
          return E.right(standing)
        }
        const { find } = from.directory.capabilities
        const kind = kindOf(identifier)
        if (find === false || kind === undefined || !find.identifiers.includes(kind)) return E.right('unknown')
        const user = await from.directory.find(identifier, limits)()
        // An identifier of a form that the source does not have is nobody's there.
        if (E.isLeft(user)) return user.left._tag === 'InvalidInput' ? E.right('unknown') : user
        if (user.right === null) return E.right('unknown')
        return E.right(isGone(user.right) ? 'come' : 'waiting')
      }),

    claim: (proof, call = {}) => operation('claim', call, (limits) => claimIn(desk, proof, limits)),

    exchange: (session, call = {}) => operation('exchange', call, (limits) => exchangeIn(desk, session, limits)),

    record: ({ from: session, targetId }, call = {}) =>
      operation('record', call, async (limits) => {
        const [seen, account] = [await proved(desk, session, limits), await to.directory.get(targetId, limits)()]
        if (E.isLeft(seen)) return seen
        if (E.isLeft(account)) return account
        const sourceId = seen.right.user.id
        if (account.right === null || !isOurs(account.right, sourceId, desk.originAttribute)) return refused('Forbidden', 'record')
        const known = await recordOf(desk, sourceId)
        if (known === undefined) {
          // A purged ledger learns of nobody any more. Where a run was quicker, it finds that the user has moved.
          if (!(await ledger.progress()).purged) await ledger.append([newcomer(ledger, seen.right.user, targetId)], undefined)
          return E.right(undefined)
        }
        const erased = await erasePlaceholder(desk, known, targetId, limits)
        if (E.isLeft(erased)) return erased
        await ledger.change([{ sourceId, state: 'created', targetId, password: 'set', problem: null }])
        return E.right(undefined)
      }),

    tail: (call = {}) =>
      operation('tail', call, async () => {
        const { byState, waiting } = await ledger.counts()
        const people = Object.values(byState).reduce((sum, count) => sum + count, 0)
        const there = [...moved].reduce((sum, state) => sum + byState[state], 0)
        return E.right({ people, come: there - waiting, waiting, behind: people - there })
      }),
  }
}
