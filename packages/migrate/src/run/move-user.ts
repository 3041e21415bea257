import type { User, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MoveProblem, RecordChange } from '../ledger/ledger.js'
import { creatingCalls } from '../planning/calls-per-user.js'
import { carryStatus, complete, unverified } from './complete.js'
import { byPolicy, conflict, renamed } from './conflict.js'
import type { RunContext } from './context.js'
import { noteAttributes } from './given-attributes.js'
import { judge, perhapsCreated } from './judge.js'
import { canFind, type Found, lookUp } from './look-up.js'
import { hasHandle, type Move, type Moving, type Settlement } from './move.js'
import { patiently, Tries } from './patiently.js'
import { failedBy, problemOf } from './problem.js'

/** Moves one user whose row says `creating`. Everything that may happen on the way to one of the ledger's states is here. */
class UserMove {
  readonly #context: RunContext
  readonly #move: Move
  #mapped: Moving
  #unsure: boolean
  #nameNumber = 1
  #isResolved = false
  #madeAnew = false
  /** Made before this run, which only found it. */
  #isEarlierTry: boolean
  /** Is a request out, or was one, whose effect is not known? */
  #sent: boolean

  constructor(context: RunContext, move: Move) {
    this.#context = context
    this.#move = move
    this.#mapped = move.mapped
    this.#unsure = move.unsure === true
    this.#sent = move.unsure === true
    this.#isEarlierTry = move.unsure === true
  }

  async settle(): Promise<Settlement> {
    const { goal, control } = this.#context
    const tries = new Tries(goal)
    while (control.stopped === undefined) {
      const { input } = this.#mapped
      if (this.#unsure) {
        const looked = await this.#lookBefore()
        if (looked !== 'create') return looked
      }
      const answer = await this.#create(input)
      if (E.isRight(answer)) return this.#created(answer.right)
      const error = answer.left
      if (this.#perhapsMade(error)) {
        this.#unsure = true
        if (tries.areOver()) return this.#failed(error)
        continue
      }
      this.#sent = false
      if (judge(error) === 'stop') return this.#stop(error)
      if (error._tag === 'IdentifierTaken') {
        const settled = await this.#taken(conflict(error.identifier), error.identifier === undefined || error.identifier === 'username')
        if (settled !== 'again') return settled
      } else if (!tries.another(error)) return this.#failed(error)
    }
    return this.#leftOff()
  }

  async #create(input: Moving['input']): Promise<E.Either<UserError, User>> {
    const { to, goal, control } = this.#context
    return goal.call(
      'create',
      () => {
        this.#sent = true
        return to.create(input, { signal: control.signal })()
      },
      creatingCalls(to.capabilities, { ...this.#mapped, suspend: false }),
    )
  }

  // Without a handle, a second user would go unnoticed: what any other vendor's error leaves open is taken for perhaps done.
  #perhapsMade(error: UserError): boolean {
    if (!this.#sent) return false
    return perhapsCreated(error) || (!hasHandle(this.#context.target, this.#mapped.input) && (error.status ?? 0) >= 500)
  }

  /** `create`: nothing is there. */
  async #lookBefore(): Promise<Settlement | 'create'> {
    const { tracker } = this.#context
    const looked = await this.#look(false)
    if (E.isLeft(looked)) return this.#lookUpFailed(looked.left)
    const found = looked.right
    if (found.is === 'hidden') {
      if (!this.#isEarlierTry) tracker.hidden.add(this.#move.user.id)
      return undefined
    }
    this.#unsure = false
    if (!this.#isResolved) tracker.resolved += 1
    this.#isResolved = true
    if (found.is === 'ours') return this.#adopt(found.user)
    if (found.is === 'earlier') return this.#linked(found.user)
    this.#sent = false
    return 'create'
  }

  #look(beyondId: boolean): Promise<E.Either<UserError, Found>> {
    return lookUp(this.#context, this.#move.user.id, this.#mapped.input, { beyondId })
  }

  /** The user is there, made by an earlier try. */
  async #adopt(user: User): Promise<Settlement | 'create'> {
    const { to, goal, control } = this.#context
    const completed = await complete(this.#context, this.#mapped, user)
    if (E.isLeft(completed)) return this.#lookUpFailed(completed.left)
    if (completed.right === 'complete') return this.#row(user, [])
    if (this.#madeAnew || !to.capabilities.erase) return this.#adoptUnverified(user)
    // Nobody can have come yet: the user has no password that anybody knows.
    this.#madeAnew = true
    const erased = await patiently(goal, 'erase', to.erase(user.id, { signal: control.signal }))
    if (E.isLeft(erased)) return this.#lookUpFailed(erased.left)
    this.#sent = false
    return 'create'
  }

  #linked(user: User): RecordChange {
    return { sourceId: this.#move.user.id, state: 'linked', targetId: user.id, problem: null }
  }

  async #adoptUnverified(user: User): Promise<Settlement> {
    const carried = await carryStatus(this.#context, this.#mapped, user)
    return E.isLeft(carried) ? this.#lookUpFailed(carried.left) : this.#row(user, unverified(this.#mapped, user))
  }

  async #created(user: User): Promise<Settlement> {
    this.#isEarlierTry = false
    const carried = await carryStatus(this.#context, this.#mapped, user)
    return E.isLeft(carried) ? this.#lookUpFailed(carried.left) : this.#row(user, [])
  }

  /** Somebody has the identifier: perhaps this very user, made by a request that came twice. */
  async #taken(problem: MoveProblem, byUsername: boolean): Promise<Settlement | 'again'> {
    const { policy } = this.#context
    const looked = await this.#look(true)
    if (E.isLeft(looked)) return this.#lookUpFailed(looked.left)
    const found = looked.right
    if (found.is === 'ours') {
      const adopted = await this.#adopt(found.user)
      return adopted === 'create' ? 'again' : adopted
    }
    if (found.is === 'earlier') return this.#linked(found.user)
    if (policy.conflicts === 'rename' && byUsername) return this.#rename(problem)
    return byPolicy(this.#context, this.#move, problem, found)
  }

  async #rename(problem: MoveProblem): Promise<Settlement | 'again'> {
    const next = await renamed(this.#context, { user: this.#move.user, mapped: this.#mapped }, this.#nameNumber + 1)
    if (next === undefined) return byPolicy(this.#context, this.#move, problem)
    this.#nameNumber = next.n
    this.#mapped = next.mapped
    // Written ahead, as everything by which an unknown outcome is looked up.
    const { input, losses } = next.mapped
    await this.#context.ledger.change([{ sourceId: this.#move.user.id, targetName: input.identifiers?.username ?? null, losses }])
    return 'again'
  }

  // Nothing of a problem: there is none once `creating` is written, but for somebody who is coming already.
  #row(user: User, more: RecordChange['losses'] & object): RecordChange {
    const { input, losses } = this.#mapped
    if (!this.#isEarlierTry) this.#context.tracker.created += 1
    return {
      sourceId: this.#move.user.id,
      state: 'created',
      targetId: user.id,
      targetName: input.identifiers?.username ?? null,
      losses: [...new Set([...losses, ...more])],
    }
  }

  #failed(error: UserError): RecordChange {
    return { sourceId: this.#move.user.id, state: 'failed', problem: problemOf(error) }
  }

  #lookUpFailed(error: UserError): Settlement {
    return failedBy(this.#context, this.#move.user.id, error) ?? this.#leftOff()
  }

  #stop(error: UserError): Settlement {
    this.#context.control.stop({ kind: 'failed', error })
    return this.#leftOff()
  }

  /** The run stops. A user for whom nothing went out is planned as before; any other stays `creating`, to be looked up. */
  #leftOff(): Settlement {
    return this.#sent ? undefined : { sourceId: this.#move.user.id, state: 'planned' }
  }
}

/** Is the e-mail address somebody's at a target that would take it twice? Asked only where that can be. */
const emailHolder = async (context: RunContext, { user, mapped }: Move): Promise<E.Either<UserError, Found | undefined>> => {
  const email = mapped.input.identifiers?.email
  if (!context.asksForEmail || email === undefined || context.policy.conflicts === 'rename' || !canFind(context.to, 'email'))
    return E.right(undefined)
  const looked = await lookUp(context, user.id, { identifiers: { email } }, { beyondId: true })
  if (E.isLeft(looked)) return looked
  return E.right(looked.right.is === 'other' ? looked.right : undefined)
}

/** Moves one user whose row says `creating`; `undefined`: the row stays as it is, since only a later look-up can tell. */
export const moveUser = async (context: RunContext, move: Move): Promise<Settlement> => {
  const held = await emailHolder(context, move)
  if (E.isRight(held) && held.right !== undefined) return byPolicy(context, move, conflict('email'), held.right)
  await noteAttributes(context, [move.mapped])
  return new UserMove(context, move).settle()
}
