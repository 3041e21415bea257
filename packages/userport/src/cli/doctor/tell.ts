import type { DiagnosisRow } from '@userport/migrate'
import { aligned } from '../aligned.js'
import type { ToldCall } from './counterpart.js'
import type { Examination } from './examine.js'

const verdicts: Readonly<Record<Examination['verdict'], string>> = {
  ready: 'Ready: nothing changes for the app.',
  changes: 'Ready, with changes.',
  blocked: 'Blocked: something that the app needs is lost.',
}

const rowOf = ({ area, capability, text, users, required }: DiagnosisRow): readonly string[] => [
  `  ${capability}`,
  area === 'users' && users !== undefined ? `${users} of the users` : required ? 'required' : '',
  text,
]

const part = (title: string, rows: readonly DiagnosisRow[]): readonly string[] =>
  rows.length === 0 ? [] : ['', title, aligned(rows.map(rowOf))]

const outcomes = ['lost', 'none', 'changes', 'works'] as const

const headline = ({ call, operation, outcome, text, note }: ToldCall): string => {
  const replaced = outcome === 'none' || operation === null ? '' : ` → ${operation}`
  const said = [outcome === 'lost' || outcome === 'changes' ? text : '', note ?? ''].filter(
    (words) => words !== '' && words !== 'as before',
  )
  return `  ${outcome.padEnd(7)}  ${call}${replaced}${said.length === 0 ? '' : `: ${said.join('; ')}`}`
}

const place = ({ file, line, column, certain }: ToldCall): string => `             ${file}:${line}:${column}${certain ? '' : ' (perhaps)'}`

/** The same call in many places is explained once. */
const grouped = (calls: readonly ToldCall[]): readonly string[] => {
  const groups = new Map<string, string[]>()
  for (const call of calls) {
    const key = headline(call)
    groups.set(key, [...(groups.get(key) ?? []), place(call)])
  }
  return [...groups].flatMap(([key, places]) => [key, ...places])
}

const sourcePart = (source: Examination['source']): readonly string[] => {
  if (source === null) return []
  const { files, calls } = source
  return [
    '',
    `Calls of SDKs in the source: ${calls.length}, in ${files} files`,
    ...outcomes.flatMap((outcome) => grouped(calls.filter((call) => call.outcome === outcome))),
  ]
}

/** The examination for people. */
export const tellExamination = ({ from, to, works, changes, lost, sampled, verdict, source }: Examination): string =>
  [
    `From ${from} to ${to}`,
    ...part('Lost', lost),
    ...part('Changes', changes),
    ...part('Works as before', works),
    ...sourcePart(source),
    '',
    sampled === null ? 'No users were looked at: that takes the admin keys of both sides.' : `${sampled} users of ${from} were looked at.`,
    verdicts[verdict],
  ].join('\n')
