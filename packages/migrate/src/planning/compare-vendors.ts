import type { Capabilities, UserDirectory } from '@userport/core'
import type { Finding } from '../migration.js'
import { compareCapabilities } from './compare-capabilities.js'
import { compareRules, inWords } from './compare-rules.js'

/** One side of a migration; `users`: what its users can do, where that is known. */
export interface ComparedVendor extends Pick<UserDirectory, 'vendor' | 'capabilities' | 'rules'> {
  readonly users?: Capabilities
}

type Told = Omit<Finding, 'users'>

const aboutCreating = ({ vendor, capabilities: { create } }: ComparedVendor): readonly Told[] => {
  const blocks = (detail: string): readonly Told[] => [{ severity: 'blocks', code: 'capability', detail }]
  if (create === false) return blocks(`Nobody can be made at ${vendor} through this directory.`)
  return create.placeholder ? [] : blocks(`Nobody can be made at ${vendor} without a password, and no password can be moved.`)
}

const note = (isSo: boolean, severity: 'changes' | 'notes' | 'loses', detail: string): readonly Told[] =>
  isSo ? [{ severity, code: 'capability', detail }] : []

const aboutOperating = (from: ComparedVendor, to: ComparedVendor): readonly Told[] => {
  const { find, update, erase, suspend, setPassword, signIn } = to.capabilities
  const lost = from.capabilities.signIn.identifiers.filter((kind) => !signIn.identifiers.includes(kind))
  return [
    ...note(
      lost.length > 0,
      'changes',
      `At ${to.vendor} nobody signs in by ${lost.join(' or ')}, only by ${signIn.identifiers.join(', ')}.`,
    ),
    ...note(!suspend, 'loses', `Nobody can be barred at ${to.vendor}: who is disabled stays behind.`),
    ...note(!setPassword, 'changes', `${to.vendor} lets no operator set a password: people get one by its reset.`),
    ...note(find === false, 'notes', `${to.vendor} cannot be asked for a user: after a lost reply all its users are read.`),
    ...note(
      !update,
      'notes',
      `${to.vendor} changes nobody afterwards: what changes at the source after a user has moved is not carried over.`,
    ),
    ...note(!erase, 'notes', `${to.vendor} removes nobody: this migration cannot be undone.`),
    ...note(!from.capabilities.count, 'notes', `${from.vendor} cannot say how many users it has.`),
    ...note(
      from.capabilities.list.paging === 'page-number',
      'notes',
      `${from.vendor} numbers its pages: users may be listed twice, and are moved once.`,
    ),
  ]
}

const aboutRules = (from: ComparedVendor, to: ComparedVendor): readonly Told[] =>
  compareRules(from, to).map((difference) => ({
    severity: difference.field === 'password' ? 'changes' : 'notes',
    code: difference.field === 'password' ? 'password-rules' : 'rules',
    detail: inWords(difference, from, to),
  }))

const aboutUsers = (from: ComparedVendor, to: ComparedVendor): readonly Told[] => {
  if (from.users === undefined || to.users === undefined) return []
  const differences = compareCapabilities({ vendor: from.vendor, capabilities: from.users }, { vendor: to.vendor, capabilities: to.users })
  const rows = differences.flatMap(({ outcome, text }): readonly Told[] =>
    outcome === 'same' ? [] : [{ severity: outcome === 'lost' ? 'loses' : 'changes', code: 'capability', detail: text }],
  )
  const factor: Told = {
    severity: 'loses',
    code: 'second-factor-dropped',
    detail: 'Nobody’s second factor moves: it must be set up again.',
  }
  return [...rows, ...(from.users.secondFactor ? [factor] : [])]
}

/** What the move from one vendor to another changes for everybody, from what both say of themselves. */
export const compareVendors = (from: ComparedVendor, to: ComparedVendor): readonly Finding[] =>
  [...aboutCreating(to), ...aboutOperating(from, to), ...aboutRules(from, to), ...aboutUsers(from, to)].map((told) => ({
    ...told,
    users: null,
  }))
