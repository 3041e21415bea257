import { type CapabilityName, hasCapability, missingCapabilities } from '@userport/core'
import { mapUser } from '../mapping/map-user.js'
import { compareCapabilities, meaningOfCapability, rootOf } from '../planning/compare-capabilities.js'
import { compareRules, inWords } from '../planning/compare-rules.js'
import { Tally } from '../planning/tally.js'
import { defaultPolicy } from '../policy.js'
import { diagnoseCall } from './diagnose-call.js'
import type { DiagnoseOptions, Diagnosis, DiagnosisRow } from './diagnosis.js'

type Outcome = 'works' | 'changes' | 'lost'
type Told = { readonly outcome: Outcome; readonly row: DiagnosisRow }

const aboutCapabilities = ({ from, to, requires }: DiagnoseOptions): readonly Told[] => {
  const names: readonly string[] = requires
  const compared = compareCapabilities(from, to).map(({ outcome, ...row }): Told => {
    const needed = names.some((name) => name === row.capability || (outcome === 'lost' && name.startsWith(`${row.capability}.`)))
    return { outcome: outcome === 'same' ? 'works' : outcome, row: { ...row, area: 'capability', required: needed } }
  })
  const told = new Set(compared.map(({ row }) => row.capability))
  const gone = new Set(compared.flatMap(({ outcome, row }) => (outcome === 'lost' ? [row.capability] : [])))
  const others = requires.filter((name) => !told.has(name) && !gone.has(rootOf(name)))
  return [...compared, ...others.flatMap((name) => ofRequired(name, { from, to }))]
}

const isWhole = (name: CapabilityName): boolean => !name.includes('.')

/** A requirement that no comparison has named: of several identifiers or channels together, of a fact, or of what the source lacks. */
const ofRequired = (capability: CapabilityName, { from, to }: Pick<DiagnoseOptions, 'from' | 'to'>): readonly Told[] => {
  const [before, after] = [from, to].map((side) => hasCapability(side.capabilities, capability))
  if (after === true && before === true && isWhole(capability)) return []
  const meaning = meaningOfCapability(capability)
  const row = {
    area: 'capability',
    capability,
    from: before === true ? 'yes' : 'no',
    to: after === true ? 'yes' : 'no',
    required: true,
  } as const
  if (after !== true) return [{ outcome: 'lost', row: { ...row, text: `${meaning}: not at ${to.vendor}` } }]
  return [{ outcome: 'works', row: { ...row, text: `${meaning}: ${before === true ? 'as before' : `only at ${to.vendor}`}` } }]
}

const aboutRules = ({ from, to }: DiagnoseOptions): readonly Told[] => {
  const says = ({ rules }: DiagnoseOptions['from'], field: ReturnType<typeof compareRules>[number]['field']): string =>
    (field === 'attributes' ? rules.attributes.key : rules[field]).pattern?.says ?? 'no rule of its form'
  return compareRules(from, to).map((difference): Told => {
    const { field } = difference
    const row: DiagnosisRow = {
      area: 'rules',
      capability: field,
      from: says(from, field),
      to: says(to, field),
      text: inWords(difference, from, to),
      required: false,
    }
    return { outcome: 'changes', row }
  })
}

/** What a move would do to the users at hand, everything adapted that can be. */
const aboutUsers = ({ sample }: DiagnoseOptions): readonly Told[] => {
  if (sample === undefined) return []
  const policy = { ...defaultPolicy, invalid: 'adapt' as const, ...sample.policy }
  const tally = new Tally(policy, sample.target)
  for (const user of sample.users) tally.addUser(user, mapUser(user, sample.target, policy))
  return tally.findings().map(({ severity, code, detail, users }): Told => {
    const row: DiagnosisRow = {
      area: 'users',
      capability: code,
      from: '',
      to: '',
      text: detail,
      required: false,
      users: users ?? undefined,
    }
    return { outcome: severity === 'blocks' || severity === 'loses' ? 'lost' : 'changes', row }
  })
}

/** What becomes of an app that goes from one vendor to the other. Data in, data out: no I/O. */
export const diagnose = (options: DiagnoseOptions): Diagnosis => {
  const { from, to, requires, sample, calls = [] } = options
  const all = [...aboutCapabilities(options), ...aboutRules(options), ...aboutUsers(options)]
  const rows = (wanted: Outcome): readonly DiagnosisRow[] => all.filter(({ outcome }) => outcome === wanted).map(({ row }) => row)
  const found = { works: rows('works'), changes: rows('changes'), lost: rows('lost') }
  const diagnosed = calls.map((call) => diagnoseCall(call, to, found))
  const isBlocked = missingCapabilities(to.capabilities, requires).length > 0
  const isSame = found.changes.length + found.lost.length === 0 && diagnosed.every(({ outcome }) => outcome === 'works')
  return {
    from: from.vendor,
    to: to.vendor,
    ...found,
    calls: diagnosed,
    sampled: sample === undefined ? null : sample.users.length,
    verdict: isBlocked ? 'blocked' : isSame ? 'ready' : 'changes',
  }
}
