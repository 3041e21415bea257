import { moveStates } from '../ledger/ledger.js'
import { type LossCode, losses } from '../losses.js'
import type { Finding, Mismatch } from '../migration.js'
import { type Html, html, nothing } from './html.js'
import type { ReportData, UserIds } from './report-data.js'
import { meaningOfState, totalsOf } from './states.js'
import { table } from './table.js'
import { count, duration, moment, share, users } from './words.js'

const figures = { figures: true } as const

const section = (id: string, title: string, ...content: readonly Html[]): Html =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`

export const statesSection = ({ status: { counts } }: ReportData): Html => {
  const { all } = totalsOf(counts)
  const present = moveStates.filter((state) => counts.byState[state] > 0)
  const rows = present.map((state) => [state, count(counts.byState[state]), share(counts.byState[state], all), meaningOfState[state]])
  const kinds = `${users(counts.byKind.registered)} with a login, ${users(counts.byKind.anonymous)} without one.`
  return section(
    'states',
    'Where the users are',
    html`<p>${kinds}</p>`,
    rows.length === 0
      ? html`<p>The ledger knows no user yet.</p>`
      : table(
          'Users by state',
          [{ title: 'State' }, { title: 'Users', ...figures }, { title: 'Share', ...figures }, { title: 'Meaning' }],
          rows,
        ),
  )
}

const severities: Readonly<Record<Finding['severity'], string>> = {
  blocks: 'stops a run',
  loses: 'loses something',
  changes: 'changes something',
  notes: 'worth knowing',
}

export const planSection = ({ plan }: ReportData): Html => {
  if (plan === undefined) return nothing
  const rows = plan.findings.map(({ code, severity, users: number, detail }) => [
    code,
    severities[severity],
    number === null ? 'all' : count(number),
    detail,
  ])
  const looked = plan.users === null ? users(plan.sampled) : `${count(plan.sampled)} of ${users(plan.users)}`
  return section(
    'plan',
    'What was found beforehand',
    html`<p>${looked} looked at. ${plan.refused ? 'A run would be refused.' : 'Nothing stands in the way of a run.'}</p>`,
    rows.length === 0
      ? nothing
      : table('Findings', [{ title: 'Code' }, { title: 'Effect' }, { title: 'Users', ...figures }, { title: 'Detail' }], rows),
  )
}

const isLoss = (code: string): code is LossCode => Object.hasOwn(losses, code)

export const lossesSection = ({ status: { counts } }: ReportData): Html => {
  const rows = Object.entries(counts.byLoss)
    .filter(([, number]) => number > 0)
    .sort(([, left], [, right]) => right - left)
    .map(([code, number]) => [code, count(number), isLoss(code) ? losses[code] : ''])
  return section(
    'losses',
    'What is not as it was',
    rows.length === 0
      ? html`<p>Nothing was lost or changed.</p>`
      : table('Losses by code', [{ title: 'Code' }, { title: 'Users', ...figures }, { title: 'Meaning' }], rows),
  )
}

const conflicts = ['conflict', 'twin', 'IdentifierTaken']

export const problemsSection = ({ status: { counts } }: ReportData): Html => {
  const columns = [{ title: 'Code' }, { title: 'Users', ...figures }, { title: 'Detail' }]
  const rowsOf = (wanted: (code: string) => boolean): readonly (readonly string[])[] =>
    counts.byProblem
      .filter(({ code }) => wanted(code))
      .toSorted((left, right) => right.count - left.count)
      .map(({ code, detail, count: number }) => [code, count(number), detail])
  const taken = rowsOf((code) => conflicts.includes(code))
  const others = rowsOf((code) => !conflicts.includes(code))
  return section(
    'problems',
    'Conflicts and problems',
    taken.length === 0 ? nothing : table('Identifiers that somebody else has', columns, taken),
    others.length === 0 ? nothing : table('Other problems', columns, others),
    taken.length + others.length === 0 ? html`<p>None.</p>` : nothing,
  )
}

const byField = (mismatches: readonly Mismatch[]): readonly (readonly string[])[] => {
  const numbers = new Map<string, number>()
  for (const field of mismatches.flatMap(({ fields }) => fields)) numbers.set(field, (numbers.get(field) ?? 0) + 1)
  return [...numbers].sort(([, left], [, right]) => right - left).map(([field, number]) => [field, count(number)])
}

export const verificationSection = ({ verification, status: { counts } }: ReportData): Html => {
  const title = 'Source and target compared'
  if (verification === undefined) {
    const { verified, created } = counts.byState
    const told = verified === 0 ? 'Not compared yet.' : `${users(verified)} found equal, ${count(created)} not compared or different.`
    return section('verification', title, html`<p>${told} “userport migrate verify” compares every field.</p>`)
  }
  const { compared, equal, different, changedSince, goneAtSource, goneAtTarget, notMoved, mismatches } = verification
  const columns = [{ title: 'Result' }, { title: 'Users', ...figures }]
  const rows = [
    ['Compared, field by field', count(compared)],
    ['Equal', count(equal)],
    ['Different', count(different)],
    ['Changed at the source after they were moved', count(changedSince)],
    ['Gone at the source', count(goneAtSource)],
    ['Gone at the target', count(goneAtTarget)],
    ['New at the source, not moved yet', count(notMoved)],
  ]
  const fields = byField(mismatches)
  const caption =
    different > mismatches.length ? `Fields that differ, among the first ${count(mismatches.length)} of them` : 'Fields that differ'
  return section(
    'verification',
    title,
    table('Result of the comparison', columns, rows),
    fields.length === 0 ? nothing : table(caption, [{ title: 'Field' }, { title: 'Users', ...figures }], fields),
  )
}

export const tailSection = ({ status: { counts } }: ReportData): Html => {
  const { moved } = totalsOf(counts)
  const { waiting } = counts
  const told =
    moved === 0
      ? 'Nobody has been moved yet.'
      : `${users(waiting)} (${share(waiting, moved)} of those moved) have not come yet. Their password is set when they sign in through “migrating”, or by a reset.`
  const left = counts.byState.left
  return section(
    'tail',
    'Who has not come yet',
    html`<p>${told}</p>`,
    left === 0
      ? nothing
      : html`<p>${users(left)} without a login stay at the source until their own device comes: nobody else can prove who they are.</p>`,
  )
}

const idTable = (caption: string, found: readonly UserIds[]): Html =>
  found.length === 0
    ? nothing
    : table(
        caption,
        [{ title: 'Id at the source' }, { title: 'Id at the target' }, { title: 'About' }],
        found.map(({ sourceId, targetId, about }) => [sourceId, targetId ?? '–', about]),
      )

export const idsSection = ({ ids }: ReportData): Html =>
  ids === undefined
    ? nothing
    : section(
        'ids',
        'Users by id',
        html`<p>At most ${count(ids.most)} of each. Ids are personal data: take care who gets this page.</p>`,
        idTable('Could not be moved', ids.failed),
        idTable('Different at the target', ids.different),
        idTable('Have not come yet', ids.waiting),
      )

export const runSection = ({ status: { progress }, performed = [], outcome, versions = {}, at }: ReportData): Html => {
  const { startedAt, finishedAt, passes, purged } = progress
  const rows = [
    ['Ledger begun', moment(startedAt)],
    ['Finished', finishedAt === null ? 'not yet' : moment(finishedAt)],
    ['Source read to its end', passes === 1 ? 'once' : `${count(passes)} times`],
    ['Personal data in the ledger', purged ? 'erased' : 'kept until “purge”'],
    ...(outcome === undefined
      ? []
      : [
          ['Created by the last run', count(outcome.created)],
          ['Unknown outcomes looked up', count(outcome.resolved)],
        ]),
    ['Report written', moment(at)],
    ...Object.entries(versions).map(([name, version]) => [name, version]),
  ]
  const done = performed.map(({ command, at: began, took, ended }) => [command, moment(began), duration(took), ended])
  return section(
    'run',
    'What was run',
    done.length === 0 ? nothing : table('Commands', [{ title: 'Command' }, { title: 'At' }, { title: 'Took' }, { title: 'Ended' }], done),
    table('The ledger', [{ title: 'Fact' }, { title: 'Value' }], rows),
  )
}
