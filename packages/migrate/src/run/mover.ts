import type { RecordChange } from '../ledger/ledger.js'
import type { RunContext } from './context.js'
import { failureOf } from './ledger-failure.js'
import type { Move, Settlement } from './move.js'
import { moveUser } from './move-user.js'

/**
 * Users that are written ahead at once, by how many travel at a time. A commit costs the same for one as for many, and stops everything
 * while the disk writes; what is in doubt after a crash, a thousand users or so, is looked up in a second.
 */
const groupFor = (limit: number): number => Math.max(32, 8 * limit)

/** Milliseconds that a result waits for others to be written with, at most. */
const patience = 1_000

/**
 * Moves users, as many at a time as the target bears. A group is written ahead as `creating` before the first request of it goes out,
 * in one commit with what became of those before: so a user costs a fraction of a commit, and few rows are ever in doubt.
 */
export class Mover {
  readonly #context: RunContext
  /** `planned` in the ledger. */
  #waiting: Move[] = []
  /** `creating` in the ledger. */
  #ready: Move[] = []
  #active = 0
  #results: { readonly move: Move; readonly change: RecordChange }[] = []
  #writing = false
  #writtenAt = Date.now()
  #watchers: (() => void)[] = []

  constructor(context: RunContext) {
    this.#context = context
  }

  add(moves: readonly Move[]): void {
    for (const move of moves) (move.isWritten === true ? this.#ready : this.#waiting).push(move)
    this.#pump()
  }

  /** Users that may be written ahead at once. */
  get group(): number {
    return groupFor(this.#context.goal.limit)
  }

  /** Fulfilled once no more than a group waits, or the run stops: as many leave while the next ones are mapped and written down. */
  async room(): Promise<void> {
    while (this.#waiting.length + this.#ready.length > this.group && !this.#stopped) await this.#nextStep()
  }

  /** Fulfilled once nothing is on its way any more. After a stop, users may be left over: they are `planned`. */
  async idle(): Promise<void> {
    while (this.#isBusy) await this.#nextStep()
  }

  get #stopped(): boolean {
    return this.#context.control.stopped !== undefined
  }

  get #isBusy(): boolean {
    const left = this.#stopped ? 0 : this.#waiting.length
    return this.#active > 0 || this.#writing || this.#ready.length > 0 || this.#results.length > 0 || left > 0
  }

  #nextStep(): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push(resolve)
    })
  }

  #pump(): void {
    const { limit } = this.#context.goal
    const { group } = this
    if (!this.#writing) {
      const wantsMore = this.#ready.length < limit && this.#waiting.length > 0 && !this.#stopped
      const isLate = this.#active === 0 && this.#ready.length === 0
      const isDue = this.#results.length >= group || (this.#results.length > 0 && (isLate || Date.now() - this.#writtenAt > patience))
      if (wantsMore || isDue) void this.#write(wantsMore ? this.#waiting.splice(0, group) : [])
    }
    while (this.#stopped && this.#ready.length > 0) this.#putBack(this.#ready.splice(0))
    while (this.#active < limit) {
      const move = this.#ready.shift()
      if (move === undefined) return
      void this.#run(move)
    }
  }

  #putBack(moves: readonly Move[]): void {
    for (const move of moves) {
      // What is in doubt stays so.
      if (move.unsure === true) move.settled()
      else this.#results.push({ move, change: { sourceId: move.user.id, state: 'planned' } })
    }
    if (!this.#writing) void this.#write([])
  }

  async #write(group: readonly Move[]): Promise<void> {
    const { ledger, control, tracker } = this.#context
    this.#writing = true
    const results = this.#results
    this.#results = []
    try {
      if (!this.#context.held()) control.stop({ kind: 'lease-lost' })
      else {
        const ahead = group.map(
          ({ user: { id }, mapped: { input, losses } }): RecordChange => ({
            sourceId: id,
            state: 'creating',
            problem: null,
            targetId: (input.id ?? null) as RecordChange['targetId'] & string,
            targetName: input.identifiers?.username ?? null,
            // Or whoever goes on would take the name for one that the source had.
            ...(losses.includes('username-renamed') ? { losses } : {}),
          }),
        )
        const changes = [...results.map(({ change }) => change), ...ahead]
        if (changes.length > 0) await ledger.change(changes)
        for (const { move, change } of results) {
          tracker.settled(change.state)
          move.settled()
        }
        this.#ready.push(...group)
      }
    } catch (cause) {
      control.stop({ kind: 'failed', error: failureOf(cause) })
    }
    this.#writing = false
    this.#writtenAt = Date.now()
    this.#step()
  }

  async #run(move: Move): Promise<void> {
    const { control } = this.#context
    this.#active += 1
    let settlement: Settlement
    try {
      settlement = await moveUser(this.#context, move)
    } catch (cause) {
      control.stop({ kind: 'failed', error: failureOf(cause) })
    }
    this.#active -= 1
    if (settlement === undefined) move.settled()
    else this.#results.push({ move, change: { ...settlement, attempted: settlement.state !== 'planned' } })
    this.#step()
  }

  #step(): void {
    this.#pump()
    const watchers = this.#watchers
    this.#watchers = []
    for (const wake of watchers) wake()
  }
}
