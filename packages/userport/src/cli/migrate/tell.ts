import {
  type Finding,
  hasBegun,
  type LedgerCounts,
  type LossCode,
  losses,
  type MigrationPlan,
  type MigrationStatus,
  type RunOutcome,
  type UndoOutcome,
  type Verification,
} from '@userport/migrate'
import { aligned } from '../aligned.js'
import { count, seconds, users } from './words.js'

const lines = (...texts: readonly (string | readonly string[])[]): string =>
  texts
    .flat()
    .filter((text) => text !== '')
    .join('\n')

const indented = (rows: readonly (readonly string[])[]): string => (rows.length === 0 ? '' : aligned(rows).replace(/^/gm, '  '))

const effects: Readonly<Record<Finding['severity'], string>> = {
  blocks: 'stops a run',
  loses: 'loses',
  changes: 'changes',
  notes: 'note',
}

const order = ['blocks', 'loses', 'changes', 'notes'] as const

/** What is wrong with all users ends a run before it begins; some users alone fail by themselves. */
const stopsAll = ({ severity, users: number }: Finding): boolean => severity === 'blocks' && number === null

const effectOf = (finding: Finding): string =>
  finding.severity === 'blocks' && !stopsAll(finding) ? 'cannot move' : effects[finding.severity]

const prospect = (refused: boolean, findings: readonly Finding[]): string => {
  if (!refused) return 'Nothing stands in the way of a run.'
  if (findings.some(stopsAll)) return 'A run would be refused.'
  return 'A run would move everybody else. --conflicts and --invalid say what becomes of those who cannot move.'
}

const findingRow = (finding: Finding): readonly string[] => {
  const { code, users: number, detail } = finding
  return [effectOf(finding), code, number === null ? 'all' : users(number), detail]
}

export const tellPlan = ({ from, to, users: all, sampled, kinds, callsPerUser, ceiling, findings, refused }: MigrationPlan): string => {
  const looked = `${count(sampled)} looked at: ${count(kinds.registered)} with a login, ${count(kinds.anonymous)} without one, ${count(kinds.disabled)} disabled`
  const sorted = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
  return lines(
    `From ${from} to ${to}: ${all === null ? 'users that cannot be counted' : users(all)}, ${looked}.`,
    `A user takes ${count(callsPerUser.from)} calls at ${from} and ${count(callsPerUser.to)} at ${to}.`,
    ceiling === null ? '' : `The limits allow at most ${count(Math.floor(ceiling))} users per hour.`,
    indented(sorted.map(findingRow)),
    prospect(refused, findings),
  )
}

const byLoss = ({ byLoss: numbers }: LedgerCounts): readonly (readonly string[])[] =>
  Object.entries(numbers)
    .filter(([, number]) => number > 0)
    .map(([code, number]) => [code, users(number), losses[code as LossCode] ?? ''])

const tellCounts = (counts: LedgerCounts): string => {
  const { byState, byProblem, byKind, waiting } = counts
  const all = Object.values(byState).reduce((sum, number) => sum + number, 0)
  const states = Object.entries(byState)
    .filter(([, number]) => number > 0)
    .map(([state, number]) => `${count(number)} ${state}`)
  return lines(
    `${users(all)} in the ledger (${count(byKind.registered)} with a login, ${count(byKind.anonymous)} without one): ${states.join(', ') || 'nobody yet'}.`,
    waiting === 0 ? '' : `${users(waiting)} moved and have not come yet.`,
    indented([...byLoss(counts), ...byProblem.map(({ code, detail, count: number }) => [code, users(number), detail])]),
  )
}

const endings: Readonly<Record<RunOutcome['status'], string>> = {
  done: 'Done.',
  'done-with-failures': 'Finished, with users that could not be moved.',
  refused: 'Refused; nothing was written.',
  interrupted: 'Interrupted. “userport migrate resume” goes on.',
}

export const tellOutcome = ({ status, reasons, counts, created, resolved, took }: RunOutcome): string =>
  lines(
    [endings[status], ...reasons].join(' '),
    status === 'refused' ? '' : `${users(created)} created in ${seconds(took / 1_000)}.`,
    resolved === 0 ? '' : `The outcome of ${count(resolved)} was unknown and was looked up.`,
    status === 'refused' ? '' : tellCounts(counts),
  )

export const tellVerification = (verification: Verification): string => {
  const { compared, equal, different, changedSince, goneAtSource, goneAtTarget, notMoved, mismatches } = verification
  const fields = new Map<string, number>()
  for (const field of mismatches.flatMap((mismatch) => mismatch.fields)) fields.set(field, (fields.get(field) ?? 0) + 1)
  return lines(
    `${users(compared)} compared, field by field: ${count(equal)} equal, ${count(different)} different.`,
    different > mismatches.length ? `Among the first ${count(mismatches.length)} of these differ:` : '',
    indented([...fields].map(([field, number]) => [field, users(number)])),
    changedSince === 0 ? '' : `${users(changedSince)} changed at the source since they moved.`,
    goneAtSource === 0 ? '' : `${users(goneAtSource)} gone at the source.`,
    goneAtTarget === 0 ? '' : `${users(goneAtTarget)} gone at the target.`,
    notMoved === 0 ? '' : `${users(notMoved)} at the source came after the run: run again.`,
  )
}

/** How many were not removed. */
export const keptOf = (keptBy: UndoOutcome['keptBy']): number => Object.values(keptBy).reduce((sum, number) => sum + number, 0)

export const tellUndo = ({ removed, keptBy, status }: UndoOutcome): string =>
  lines(
    `${users(removed)} removed, ${count(keptOf(keptBy))} kept.`,
    indented(Object.entries(keptBy).map(([reason, number]) => [users(number), reason])),
    status === 'interrupted' ? 'Interrupted. “userport migrate undo” goes on.' : '',
  )

export const tellStatus = (status: MigrationStatus): string => {
  const { progress, counts } = status
  const { purged, startedAt, finishedAt } = progress
  const begun = hasBegun(status)
  return lines(
    begun ? `Begun ${new Date(startedAt).toISOString()}.` : 'Not begun.',
    finishedAt === null ? '' : `Finished ${new Date(finishedAt).toISOString()}.`,
    begun && finishedAt === null ? 'Not finished: “userport migrate resume” goes on.' : '',
    purged ? 'Its personal data was erased.' : '',
    begun ? tellCounts(counts) : '',
  )
}
