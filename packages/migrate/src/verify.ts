import { defined, type NewUser, type Result, type User, type UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { LedgerProgress, MoveRecord, RecordChange } from './ledger/ledger.js'
import { differences } from './mapping/compare.js'
import type { MigrationCall, MigrationOptions, Mismatch, Verification } from './migration.js'
import type { RunContext } from './run/context.js'
import { each } from './run/each.js'
import { judge } from './run/judge.js'
import { readPage } from './run/page.js'
import { patiently } from './run/patiently.js'
import { digestOf, knownMapping } from './run/prepare.js'
import { claiming } from './run/problem.js'
import { rowsIn } from './run/rows.js'
import { interrupted } from './run/stopped.js'
import { withLedger } from './run/with-ledger.js'

/** Mismatches that are listed; all are counted. */
const mostListed = 1_000

const arrived: ReadonlySet<string> = new Set(['created', 'verified', 'linked'])

class Findings {
  compared = 0
  equal = 0
  different = 0
  changedSince = 0
  goneAtSource = 0
  goneAtTarget = 0
  notMoved = 0
  readonly mismatches: Mismatch[] = []

  add(mismatch: Mismatch): void {
    this.different += 1
    if (this.mismatches.length < mostListed) this.mismatches.push(mismatch)
  }

  get verification(): Verification {
    const { compared, equal, mismatches, different, changedSince, goneAtSource, goneAtTarget, notMoved } = this
    return { compared, equal, mismatches, different, changedSince, goneAtSource, goneAtTarget, notMoved }
  }
}

/** What the target was to have, without what a run has counted as lost. */
const withoutLost = ({ createdAt, verified = {}, ...input }: NewUser, { losses }: Pick<MoveRecord, 'losses'>): NewUser => {
  const [email, phone] = (['email', 'phone'] as const).map((kind) => verified[kind] === true && !losses.includes(`${kind}-unverified`))
  return {
    ...input,
    ...defined({ createdAt: losses.includes('created-at-changed') ? undefined : createdAt }),
    verified: defined({ email, phone }),
  }
}

/**
 * Holds one user against the one at the target. Somebody who was linked, who has come since, or who changed at the source since, need only
 * be there: nobody has promised that they are equal. `undefined`: the target did not answer, and the run stops.
 */
const verifyOne = async (context: RunContext, findings: Findings, user: User, row: MoveRecord): Promise<RecordChange | undefined> => {
  const { to, goal, control } = context
  const { sourceId, targetId, state } = row
  if (targetId === null) return undefined
  const answer = await patiently(goal, 'get', to.get(targetId, { signal: control.signal }))
  if (E.isLeft(answer)) {
    if (control.stopped === undefined) control.stop({ kind: 'failed', error: answer.left })
    return undefined
  }
  const actual = answer.right
  if (actual === null) {
    findings.goneAtTarget += 1
    return { sourceId, state, problem: { code: 'gone-at-target', detail: 'removed after the move' } }
  }
  if (row.digest !== digestOf(context, user)) {
    findings.changedSince += 1
    return { sourceId, state, problem: null }
  }
  const mapped = knownMapping(context, user, row)
  const isTheirs = state === 'linked' || row.password !== 'unset' || mapped.decision !== 'move'
  const fields = isTheirs ? [] : differences({ ...withoutLost(mapped.input, row), suspended: mapped.suspend }, actual)
  findings.compared += 1
  if (fields.length === 0) {
    findings.equal += 1
    return { sourceId, state: state === 'linked' ? state : 'verified', problem: null }
  }
  findings.add({ sourceId, targetId, fields })
  return { sourceId, state: 'created', problem: { code: 'mismatch', detail: fields.join(', ') } }
}

/** Compares the users of one page of the source. */
const verifyPage = async (context: RunContext, findings: Findings, users: readonly User[]): Promise<void> => {
  const { ledger, control, goal, tracker } = context
  await context.learn(users)
  const rows = new Map((await ledger.get(users.map(({ id }) => id))).map((row) => [row.sourceId as string, row]))
  const changes: RecordChange[] = []
  await each(
    [...new Map(users.map((user) => [user.id, user])).values()],
    goal.limit,
    () => control.stopped !== undefined,
    async (user) => {
      const row = rows.get(user.id)
      if (row === undefined) findings.notMoved += 1
      else if (arrived.has(row.state)) {
        const change = await verifyOne(context, findings, user, row)
        // Whoever is in the midst of coming, or has begun to meanwhile, goes on by what the row says.
        if (change !== undefined && row.problem?.code !== claiming) changes.push({ ...change, ifStill: row })
        tracker.done += 1
      }
    },
  )
  if (changes.length > 0) await ledger.change(changes)
}

/** Every user that was seen has a younger row. Who has not is asked about at the source, since one may have come between two pages. */
const countGone = async (context: RunContext, findings: Findings, since: number): Promise<void> => {
  const { from, source, control, ledger, tracker } = context
  const isOver = (): boolean => control.stopped !== undefined
  for await (const rows of rowsIn(ledger, ['created', 'verified', 'linked'], isOver)) {
    await each(
      rows.filter(({ updatedAt }) => updatedAt < since),
      source.limit,
      isOver,
      async ({ sourceId }) => {
        const answer = await patiently(source, 'get', from.get(sourceId, { signal: control.signal }))
        if (E.isRight(answer) && answer.right === null) {
          findings.goneAtSource += 1
          tracker.done += 1
        } else if (E.isLeft(answer) && judge(answer.left) === 'stop') control.stop({ kind: 'failed', error: answer.left })
      },
    )
  }
}

const refuse = ({ purged }: LedgerProgress): string | undefined =>
  purged ? 'It was purged: what moved can be undone, nothing else.' : undefined

const compareAll = async (context: RunContext, pageSize: number | undefined): Promise<E.Either<UserError, Verification>> => {
  const { control, tracker, ledger } = context
  const since = Date.now()
  const findings = new Findings()
  tracker.phase = 'verifying'
  const { byState } = await ledger.counts()
  tracker.total = byState.created + byState.verified + byState.linked
  let reading = readPage(context, '', pageSize)
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await reading
    if (E.isLeft(page)) return control.stopped === undefined ? page : E.left(interrupted(control.stopped))
    cursor = page.right.next
    if (cursor !== null) reading = readPage(context, cursor, pageSize)
    await verifyPage(context, findings, page.right.users)
  }
  await countGone(context, findings, since)
  return control.stopped === undefined ? E.right(findings.verification) : E.left(interrupted(control.stopped))
}

/** Compares every moved user, field by field, with the source as it is now. Fails with `Cancelled` where it is told to stop. */
export const verify = (options: MigrationOptions, { signal }: MigrationCall = {}): Result<Verification> =>
  withLedger(options, { signal, refuse }, ({ context }) => compareAll(context, options.limits?.pageSize))
