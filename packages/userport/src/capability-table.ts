import type { Capabilities } from '@userport/core'
import { loadVendors } from './vendors.js'

/** One capability, or one fact of it, and what each vendor says to it. */
export interface CapabilityRow {
  readonly capability: string
  readonly vendors: Readonly<Record<string, string>>
}

const said = (value: unknown): string => {
  if (value === undefined || value === false) return 'no'
  if (value === true) return 'yes'
  return Array.isArray(value) ? value.join(', ') : String(value)
}

// Facts of a capability are rows of their own, so that two vendors can be read side by side.
const flatten = (value: unknown, path: string): readonly (readonly [string, string])[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, said(value)]]
  const inner = Object.entries(value).flatMap(([key, fact]) => flatten(fact, `${path}.${key}`))
  return [[path, 'yes'], ...inner]
}

const redundant = new Set(['signUp', 'signIn', 'signOut'])

/** The capabilities of all vendors as rows, from the same data that the types and the refusals come from. */
export const capabilityTable = async (): Promise<{ readonly vendors: readonly string[]; readonly rows: readonly CapabilityRow[] }> => {
  const vendors = await loadVendors()
  const flat = vendors.map(({ name, capabilities }) => ({
    name,
    facts: new Map(Object.entries(capabilities as Capabilities).flatMap(([key, value]) => flatten(value, key))),
  }))
  const names = [...new Set(flat.flatMap(({ facts }) => [...facts.keys()]))].filter((name) => !redundant.has(name))
  const order = [...new Set(vendors.flatMap(({ capabilities }) => Object.keys(capabilities)))]
  const rank = (name: string): number => order.indexOf(name.split('.')[0] ?? name)
  names.sort((left, right) => rank(left) - rank(right))
  const lacks = (facts: ReadonlyMap<string, string>, name: string): boolean => {
    const parts = name.split('.')
    return parts.some(
      (_, length) =>
        length > 0 && ['no', undefined].includes(facts.get(parts.slice(0, length).join('.'))) && !redundant.has(parts[0] ?? ''),
    )
  }
  return {
    vendors: flat.map(({ name }) => name),
    rows: names.map((capability) => ({
      capability,
      vendors: Object.fromEntries(flat.map(({ name, facts }) => [name, lacks(facts, capability) ? '–' : (facts.get(capability) ?? 'no')])),
    })),
  }
}

/** The table as Markdown; `depth` 2 leaves out the facts of single reset channels. */
export const capabilityMarkdown = async (depth = 3): Promise<string> => {
  const { vendors, rows: all } = await capabilityTable()
  const rows = all.filter(({ capability }) => capability.split('.').length <= depth)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(['capability', ...vendors]),
    line(['---', ...vendors.map(() => '---')]),
    ...rows.map(({ capability, vendors: cells }) => line([`\`${capability}\``, ...vendors.map((name) => cells[name] ?? '')])),
  ].join('\n')
}
