import { resolve } from 'node:path'
import { toUserportError, type UserError } from '@userport/core'
import { foreignTo, type MigrationPlan, type Performed, type ReportData, type RunOutcome, type Verification } from '@userport/migrate'
import * as E from '#fp-ts/Either'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { endingOf, failureOf } from './failure.js'
import type { MigrateFlags } from './flags.js'
import { type LedgerPurpose, ledgerUrl, openLedgerFor, retryFileFor } from './ledger-file.js'
import { type OpenMigration, openMigration } from './open-migration.js'
import { type Ending, outputFor } from './output.js'
import { statusOf, writePage } from './page.js'
import { groupsSince, writeRetryFile } from './retry-file.js'
import { keptOf, tellOutcome, tellPlan, tellStatus, tellUndo, tellVerification } from './tell.js'
import { unwritable } from './unwritable.js'
import { users } from './words.js'
import { runWorkers } from './workers.js'

type Work = (open: OpenMigration) => Promise<Ending>

const orFailure = <A>(result: E.Either<UserError, A>, ending: (value: A) => Ending | Promise<Ending>): Ending | Promise<Ending> =>
  E.isLeft(result) ? failureOf(result.left) : ending(result.right)

const perform = async (command: string, purpose: LedgerPurpose, flags: MigrateFlags, work: Work): Promise<void> => {
  const output = outputFor(flags)
  const end = async (): Promise<Ending> => {
    const refused = unwritable(flags, { page: flags.report, retryFile: flags.retryFile })
    if (refused !== undefined) return refused
    const open = await openMigration(purpose, flags, output)
    try {
      return await work(open)
    } finally {
      await open.close()
    }
  }
  output.end(command, await end().catch(endingOf))
}

const retryFileOf = (flags: MigrateFlags): string => resolve(flags.retryFile ?? retryFileFor(ledgerUrl(flags, process.env)))

/** Lists the users to look after, writes the page if one was asked for, and says where both are. */
const leaveBehind = async (
  { migration, ledger, ceiling }: OpenMigration,
  flags: MigrateFlags,
  about: Partial<ReportData> & { readonly performed: readonly [Performed] },
): Promise<{ readonly files: Readonly<Record<string, string>>; readonly text: string }> => {
  const file = retryFileOf(flags)
  const failures = await migration.failures()()
  if (E.isLeft(failures)) throw toUserportError(failures.left)
  const {
    verification,
    performed: [{ at }],
  } = about
  const isEqual = verification === undefined || verification.different + verification.goneAtTarget === 0
  const groups = [...failures.right, ...(isEqual ? [] : await groupsSince(ledger, at))]
  await writeRetryFile(file, groups)
  const listed = groups.reduce((sum, { sourceIds }) => sum + sourceIds.length, 0)
  const page = flags.report === undefined ? undefined : resolve(flags.report)
  if (page !== undefined) await writePage(page, ledger, { ceiling: ceiling(), withIds: flags.withIds, ...about })
  const files = { ...(listed === 0 ? {} : { retryFile: file }), ...(page === undefined ? {} : { report: page }) }
  const told = [listed === 0 ? '' : `\nUsers to look after are listed in ${file}`, page === undefined ? '' : `\nReport: ${page}`]
  return { files, text: told.join('') }
}

const planEnding = (plan: MigrationPlan): Ending => ({
  code: plan.refused ? exitCodes.refused : exitCodes.done,
  result: { status: plan.refused ? 'refused' : 'done', ...plan },
  text: tellPlan(plan),
})

export const plan = (flags: MigrateFlags): Promise<void> =>
  perform('plan', 'look', flags, async ({ migration, signal }) => {
    const { sample } = flags
    return orFailure(await migration.plan({ signal, ...(sample === undefined ? {} : { sample }) })(), planEnding)
  })

const unshared: Ending = {
  code: exitCodes.failed,
  result: { status: 'failed', error: { tag: 'Workers' } },
  text: '--workers: several processes can share a PostgreSQL ledger only (--ledger postgres://…).',
}

const refusedFor = (text: string, numbers: object = {}): Ending => ({
  code: exitCodes.refused,
  result: { status: 'refused', reasons: [text], ...numbers },
  text,
})

const codes: Readonly<Record<RunOutcome['status'], ExitCode>> = {
  done: exitCodes.done,
  'done-with-failures': exitCodes.leftovers,
  refused: exitCodes.refused,
  interrupted: exitCodes.interrupted,
}

const move =
  (command: 'run' | 'resume', flags: MigrateFlags): Work =>
  async (open) => {
    const { migration, ledger, signal } = open
    const refused = unwritable(flags, { page: flags.report, retryFile: retryFileOf(flags) })
    if (refused !== undefined) return refused
    const at = Date.now()
    const finished = async (outcome: RunOutcome): Promise<Ending> => {
      const text = tellOutcome(outcome)
      if (outcome.status === 'refused') return { code: exitCodes.refused, result: outcome, text }
      const performed: readonly [Performed] = [{ command, at, took: outcome.took, ended: outcome.status.replaceAll('-', ' ') }]
      const left = await leaveBehind(open, flags, { outcome, performed })
      return { code: codes[outcome.status], result: { ...outcome, ...left.files }, text: text + left.text }
    }
    const { workers } = flags
    if (workers === undefined) return orFailure(await migration[command]({ signal })(), finished)
    if (ledger.engine !== 'postgres') return unshared
    const shared = await runWorkers(
      { flags, workers, resume: command === 'resume' },
      { signal, show: open.show, counts: () => ledger.counts() },
    )
    return 'failed' in shared ? shared.failed : finished(shared.outcome)
  }

const dryRun: Work = async ({ migration, signal }) => orFailure(await migration.dryRun({ signal })(), planEnding)

export const run = (flags: MigrateFlags): Promise<void> =>
  flags.dryRun === true ? perform('run', 'look', flags, dryRun) : perform('run', 'make', flags, move('run', flags))

export const resume = (flags: MigrateFlags): Promise<void> => perform('resume', 'keep', flags, move('resume', flags))

/** Is nobody at the target who is to be there? A comparison of nobody would say that all are equal. */
const nobodyMoved = async ({ ledger }: OpenMigration, { notMoved }: Verification): Promise<boolean> => {
  const { created, verified, linked, left, skipped, ...missing } = (await ledger.counts()).byState
  return created + verified + linked === 0 && Object.values(missing).reduce((sum, number) => sum + number, notMoved) > 0
}

export const verify = (flags: MigrateFlags): Promise<void> =>
  perform('verify', 'keep', flags, async (open) => {
    const refused = unwritable(flags, { page: flags.report, retryFile: retryFileOf(flags) })
    if (refused !== undefined) return refused
    const at = Date.now()
    return orFailure(await open.migration.verify({ signal: open.signal })(), async (verification) => {
      const { different, goneAtTarget, mismatches: _, ...numbers } = verification
      if (await nobodyMoved(open, verification)) return refusedFor('Nobody has moved: there is nothing to compare.', numbers)
      const isEqual = different + goneAtTarget === 0
      const ended = isEqual ? 'equal' : 'different'
      const left = await leaveBehind(open, flags, { verification, performed: [{ command: 'verify', at, took: Date.now() - at, ended }] })
      return {
        code: isEqual ? exitCodes.done : exitCodes.leftovers,
        result: { status: ended, different, goneAtTarget, ...numbers, ...left.files },
        text: tellVerification(verification) + left.text,
      }
    })
  })

/** Nobody is asked to confirm what would be refused. */
const unconfirmed = async ({ options }: OpenMigration, text: string): Promise<Ending> => {
  const foreign = await foreignTo(options)
  return foreign === undefined ? refusedFor(`${text} To do it, add --yes.`) : failureOf(foreign)
}

export const undo = (flags: MigrateFlags): Promise<void> =>
  perform('undo', 'keep', flags, async (open) => {
    const { migration, ledger, to, signal } = open
    const { includeClaimed, yes } = flags
    if (yes !== true) {
      const { byState, waiting } = await ledger.counts()
      const made = byState.created + byState.verified + byState.undoing
      const come = includeClaimed === true ? 0 : byState.created + byState.verified - waiting
      const except = come === 0 ? '' : `, except ${users(come)} who came since`
      return unconfirmed(open, `This removes ${users(made)} from ${to.vendor} for good${except}.`)
    }
    return orFailure(await migration.undo({ signal, ...(includeClaimed === undefined ? {} : { includeClaimed }) })(), (outcome) => ({
      code: outcome.status === 'interrupted' ? exitCodes.interrupted : exitCodes.done,
      result: { ...outcome, kept: keptOf(outcome.keptBy) },
      text: tellUndo(outcome),
    }))
  })

export const purge = (flags: MigrateFlags): Promise<void> =>
  perform('purge', 'keep', flags, async (open) => {
    if (flags.yes !== true) {
      return unconfirmed(open, 'This erases the names, hashes and details in the ledger for good: it cannot be resumed then.')
    }
    return orFailure(await open.migration.purge({ signal: open.signal })(), () => ({
      code: exitCodes.done,
      result: { status: 'done' },
      text: 'The ledger holds no personal data any more.',
    }))
  })

/** A command that needs the ledger alone. */
const onLedger = async (
  command: string,
  flags: MigrateFlags,
  work: (opened: Awaited<ReturnType<typeof openLedgerFor>>) => Promise<Ending>,
): Promise<void> => {
  const output = outputFor(flags)
  const end = async (): Promise<Ending> => {
    const opened = await openLedgerFor('keep', ledgerUrl(flags, process.env), process.env)
    try {
      return await work(opened)
    } finally {
      await opened.close()
    }
  }
  output.end(command, await end().catch(endingOf))
}

export const status = (flags: MigrateFlags): Promise<void> =>
  onLedger('status', flags, async ({ ledger }) => {
    const told = await statusOf(ledger)
    const { samples: _, ...result } = told
    return { code: exitCodes.done, result: { status: 'done', ...result }, text: tellStatus(told) }
  })

export const report = (flags: MigrateFlags & { readonly out: string }): Promise<void> =>
  onLedger('report', flags, async ({ ledger }) => {
    const refused = unwritable(flags, { page: flags.out })
    if (refused !== undefined) return refused
    const file = resolve(flags.out)
    await writePage(file, ledger, { withIds: flags.withIds })
    return { code: exitCodes.done, result: { status: 'done', report: file }, text: `Report: ${file}` }
  })
