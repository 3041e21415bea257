import { hostname } from 'node:os'
import type { User, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { LedgerCounts, LedgerProgress } from '../ledger/ledger.js'
import { targetOf } from '../mapping/target-of.js'
import type { MigrationOptions } from '../migration.js'
import { creatingCalls } from '../planning/calls-per-user.js'
import type { RunContext } from './context.js'
import { RunControl } from './control.js'
import { identityOf, otherMigration, policyOn } from './identity.js'
import { Pace } from './pace.js'
import { patiently } from './patiently.js'
import { Tracker } from './tracker.js'

const minutes = 60_000

/** A run that has the ledger for itself. */
export interface OpenRun {
  readonly context: RunContext
  readonly progress: LedgerProgress
  readonly close: () => Promise<void>
}

export interface OpenRunOptions {
  readonly signal?: AbortSignal | undefined
  /** What is refused of a ledger in this state; `undefined`: nothing. */
  readonly refuse?: ((progress: LedgerProgress, counts: LedgerCounts) => string | undefined) | undefined
  /** Several workers share the ledger: nobody has it alone. */
  readonly shared?: boolean
}

/** Why a run was not opened. `busy`: another one has the ledger. */
export interface Refused {
  readonly refused: string
  readonly busy: boolean
}

const holder = (): string => `${hostname()}, process ${process.pid}`

/** Requests that making somebody plain takes. */
const plainCalls = ({ capabilities }: MigrationOptions['to']): number =>
  creatingCalls(capabilities, { decision: 'move', input: {}, suspend: false, losses: [], folded: [] })

/** Takes the ledger, makes sure that it is this migration's, and sets up what a run shares. `refused`: why not. */
export const openRun = async (
  options: MigrationOptions,
  { signal, refuse, shared = false }: OpenRunOptions,
): Promise<OpenRun | Refused> => {
  const { from, to, ledger, limits = {}, onProgress } = options
  const { concurrency = 64, callsPerSecond, patience = 15 * minutes, latestArrival = 0.5 * minutes } = limits
  const lease = shared ? undefined : await ledger.lease(holder())
  if (lease !== undefined && 'heldBy' in lease) {
    return { refused: `The ledger is in use by ${lease.heldBy}, since ${new Date(lease.since).toISOString()}.`, busy: true }
  }
  const release = async (): Promise<void> => lease?.release()
  try {
    const before = refuse?.(await ledger.progress(), await ledger.counts())
    if (before !== undefined) {
      await release()
      return { refused: before, busy: false }
    }
    const policy = await policyOn(options)
    const identified = await ledger.identify(identityOf(options, policy))
    if (typeof identified === 'object') {
      await release()
      return { refused: otherMigration(identified.belongsTo, options, policy), busy: false }
    }
    const progress = await ledger.progress()
    const control = new RunControl(signal)
    const paceOf = (vendor: string, perSecond?: number): Pace =>
      new Pace({ vendor, control, concurrency, patience, ...(perSecond === undefined ? {} : { callsPerSecond: perSecond }) })
    const source = paceOf(from.vendor)
    const goal = paceOf(to.vendor, callsPerSecond)
    const ceiling = callsPerSecond === undefined ? null : callsPerSecond / plainCalls(to)
    const tracker = new Tracker({ ceiling, paces: [source, goal], goal, ...(onProgress === undefined ? {} : { onProgress }) })
    const learnTarget = targetOf(to)
    let target = await learnTarget([])
    const context: RunContext = {
      from,
      to,
      ledger,
      policy,
      get target() {
        return target
      },
      learn: async (users: readonly User[]) => {
        target = await learnTarget(users)
      },
      control,
      source,
      goal,
      tracker,
      givenNames: new Set(),
      givenAttributes: new Set(),
      held: () => lease?.held() ?? true,
      latestArrival,
      startedAt: progress.startedAt,
      asksForEmail: false,
      meetsKnown: true,
    }
    tracker.start()
    const close = async (): Promise<void> => {
      tracker.stop()
      control.close()
      await release()
    }
    return { context, progress, close }
  } catch (cause) {
    // What the lease is released from has failed already.
    await release().catch(() => undefined)
    throw cause
  }
}

/**
 * Does the target hold users that this ledger does not know, and would it take a second one with the same e-mail address? Then it is asked
 * about each address, which costs a request for each user. A vendor that signs people in by e-mail sees to that itself.
 */
export const asksForEmail = async (context: RunContext): Promise<E.Either<UserError, boolean>> => {
  const { to, goal, ledger, control } = context
  const { count, find, signIn } = to.capabilities
  const identifiers: readonly string[] = signIn.identifiers
  if (find === false || !find.identifiers.includes('email') || identifiers.includes('email')) return E.right(false)
  if (!count) return E.right(true)
  const counted = await patiently(goal, 'count', to.count({ signal: control.signal }))
  if (E.isLeft(counted)) return counted
  const { byState } = await ledger.counts()
  return E.right(counted.right > byState.created + byState.verified + byState.creating)
}
