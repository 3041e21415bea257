import type { NewUser, Result, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveRecord, RecordChange } from './ledger/ledger.js'
import { isOurs } from './mapping/compare.js'
import { hasCome } from './mapping/marks.js'
import type { MigrationCall, MigrationOptions, UndoOutcome } from './migration.js'
import type { RunContext } from './run/context.js'
import { each } from './run/each.js'
import { judge } from './run/judge.js'
import { lookUp } from './run/look-up.js'
import { isMove } from './run/move.js'
import { patiently } from './run/patiently.js'
import { hasLostHandle, knownMapping } from './run/prepare.js'
import { rowsIn } from './run/rows.js'
import { handleIn } from './run/staying.js'
import { settlesIn, sweep } from './run/sweep.js'
import { withLedger } from './run/with-ledger.js'

export interface UndoOptions extends MigrationCall {
  readonly includeClaimed?: boolean
}

/** Users who stay are listed up to this number; all are counted. */
const mostListed = 1_000

const foreign = 'has come since, or was there before'

class Undo {
  readonly #context: RunContext
  readonly #includeClaimed: boolean
  /** Whom only a look at all users of the target can tell, and whether one was taken. */
  readonly #hidden: MoveRecord[] = []
  #isSwept = false
  readonly kept: { readonly sourceId: string; readonly reason: string }[] = []
  readonly keptBy: Record<string, number> = {}
  removed = 0

  constructor(context: RunContext, includeClaimed: boolean) {
    this.#context = context
    this.#includeClaimed = includeClaimed
  }

  /** Removes whom these rows are about. `undoing` is written ahead, so that whoever goes on knows who was to go. */
  async remove(rows: readonly MoveRecord[]): Promise<void> {
    const { ledger, control, held, tracker } = this.#context
    const ahead: RecordChange[] = []
    await this.#each(rows, async (row) => {
      const change = await this.#verdict(row)
      if (change !== undefined) ahead.push(change)
    })
    if (!held()) control.stop({ kind: 'lease-lost' })
    if (control.stopped !== undefined) return
    if (ahead.length > 0) await ledger.change(ahead)
    const undone: RecordChange[] = []
    await this.#each(
      ahead.filter(({ state }) => state === 'undoing'),
      async ({ sourceId, targetId }) => {
        if (targetId !== null && targetId !== undefined && (await this.#erased(sourceId, targetId)))
          undone.push({ sourceId, state: 'undone' })
      },
    )
    this.removed += undone.length
    tracker.done += rows.length
    if (undone.length > 0) await ledger.change(undone)
  }

  /** Removes whom a look at all users of the target finds, once no request for one can still be on its way. */
  async removeHidden(): Promise<void> {
    const { ledger, control, tracker } = this.#context
    if (this.#hidden.length === 0) return
    const { done } = tracker
    await control.pause(settlesIn(this.#context, this.#hidden))
    const swept = await sweep(this.#context)
    // It counts whom it finds as moved.
    tracker.done = done
    if (E.isLeft(swept)) {
      for (const { sourceId } of this.#hidden) this.#refused(sourceId, swept.left)
      return
    }
    this.#isSwept = true
    tracker.done -= this.#hidden.length
    await this.remove(await ledger.get(this.#hidden.map(({ sourceId }) => sourceId)))
  }

  #each<A>(items: readonly A[], work: (item: A) => Promise<void>): Promise<void> {
    const { goal, control } = this.#context
    return each(items, goal.limit, () => control.stopped !== undefined, work)
  }

  /** What the row is to say before anything is removed; `undefined`: the user stays. */
  async #verdict(row: MoveRecord): Promise<RecordChange | undefined> {
    const { to, goal, control, policy } = this.#context
    const { sourceId, targetId } = row
    if (row.password !== 'unset' && !this.#includeClaimed) return this.#keep(sourceId, 'has come since')
    if (row.state === 'linked') return this.#keep(sourceId, foreign)
    if (row.state === 'creating' || row.state === 'failed' || targetId === null) return this.#inDoubt(row)
    const answer = await patiently(goal, 'get', to.get(targetId, { signal: control.signal }))
    if (E.isLeft(answer)) return this.#refused(sourceId, answer.left)
    const user = answer.right
    if (user === null) return { sourceId, state: 'undone' }
    if (hasCome(user) && !this.#includeClaimed) return this.#keep(sourceId, 'has come since')
    const { create } = to.capabilities
    const isIdOurs = create !== false && create.chosenId
    if (!isIdOurs && !isOurs(user, sourceId, policy.originAttribute)) return this.#keep(sourceId, 'is not the user that this ledger made')
    return { sourceId, state: 'undoing', targetId }
  }

  /** What the ledger does not know whether it was made: the run was ended, or the user has failed. */
  async #inDoubt(row: MoveRecord): Promise<RecordChange | undefined> {
    const { sourceId, state } = row
    if (state === 'failed' && row.attempts === 0) return undefined
    const handle = await this.#handleOf(row)
    const looked = await lookUp(this.#context, sourceId, handle, { beyondId: false })
    if (E.isLeft(looked)) return this.#refused(sourceId, looked.left)
    const found = looked.right
    if (found.is === 'ours') return { sourceId, state: 'undoing', targetId: found.user.id }
    if (found.is === 'earlier') return this.#keep(sourceId, foreign)
    if (state === 'failed') return undefined
    if (found.is !== 'hidden' || this.#isSwept) return { sourceId, state: 'undone' }
    this.#hidden.push(row)
    return undefined
  }

  /** By what the user would be found. Not everything that is, is in the ledger. */
  async #handleOf(row: MoveRecord): Promise<NewUser> {
    const { from, source, control } = this.#context
    if (row.targetId !== null || row.targetName !== null) return handleIn(row)
    const user = await patiently(source, 'get', from.get(row.sourceId, { signal: control.signal }))
    if (E.isRight(user) && user.right !== null && hasLostHandle(this.#context, user.right, row)) return {}
    const mapped = E.isRight(user) && user.right !== null ? knownMapping(this.#context, user.right, row) : undefined
    return mapped !== undefined && isMove(mapped) ? { identifiers: mapped.input.identifiers ?? {} } : {}
  }

  async #erased(sourceId: string, targetId: MoveRecord['targetId'] & string): Promise<boolean> {
    const { to, goal, control } = this.#context
    const answer = await patiently(goal, 'erase', to.erase(targetId, { signal: control.signal }))
    if (E.isRight(answer)) return true
    this.#refused(sourceId, answer.left)
    return false
  }

  #refused(sourceId: string, error: UserError): undefined {
    const { control } = this.#context
    if (judge(error) === 'stop') control.stop({ kind: 'failed', error })
    else if (control.stopped === undefined) this.#keep(sourceId, `the target refused: ${error._tag}`)
    return undefined
  }

  #keep(sourceId: string, reason: string): undefined {
    this.keptBy[reason] = (this.keptBy[reason] ?? 0) + 1
    if (this.kept.length < mostListed) this.kept.push({ sourceId, reason })
    return undefined
  }
}

/**
 * Removes from the target what this ledger created: `created`, `verified`, and whom it may have made before it was ended or
 * they failed. Somebody who has come since stays, unless
 * `includeClaimed`; somebody who is not the user that was made stays in any case. Linked users are not touched.
 */
export const undo = (options: MigrationOptions, { signal, includeClaimed = false }: UndoOptions = {}): Result<UndoOutcome> =>
  withLedger(options, { signal }, async ({ context }) => {
    const { control, tracker, ledger } = context
    const { byState } = await ledger.counts()
    tracker.phase = 'undoing'
    tracker.total = byState.created + byState.verified + byState.creating + byState.failed + byState.undoing
    const undoing = new Undo(context, includeClaimed)
    for await (const rows of rowsIn(
      ledger,
      ['created', 'verified', 'creating', 'failed', 'undoing'],
      () => control.stopped !== undefined,
    )) {
      await undoing.remove(rows)
    }
    await undoing.removeHidden()
    const { removed, kept, keptBy } = undoing
    return E.right({ removed, kept, keptBy, status: control.stopped === undefined ? 'done' : 'interrupted' })
  })
