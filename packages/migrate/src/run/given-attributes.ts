import type { JsonObject, User, UserId } from '@userport/core'
import type { RunContext } from './context.js'
import type { Moving } from './move.js'

/** Names that are remembered, so that the ledger need not be told again: an app may use names as data. */
const mostNames = 10_000

// Beside the identifiers, as a hash like theirs, and nobody's: whoever leaves does not take it along.
const nobody = '' as UserId

const keyOf = (name: string): string => `attribute:${name}`

const wantedOf = ({ input }: Moving): JsonObject => input.profile?.attributes ?? {}

/** Notes, before the target has them, which attributes this migration gives to users. */
export const noteAttributes = async ({ ledger, givenAttributes }: RunContext, mapped: readonly Moving[]): Promise<void> => {
  const fresh = new Set<string>()
  for (const one of mapped) for (const name of Object.keys(wantedOf(one))) if (!givenAttributes.has(name)) fresh.add(name)
  if (fresh.size === 0) return
  await ledger.hold([{ sourceId: nobody, folded: [...fresh].map(keyOf) }])
  if (givenAttributes.size > mostNames) givenAttributes.clear()
  for (const name of fresh) givenAttributes.add(name)
}

/**
 * The attributes of a user at the target that the source has no more: of those that this migration gives, since apps and vendors add
 * others of their own.
 */
export const attributesGone = async ({ ledger }: RunContext, mapped: Moving, { attributes }: User): Promise<readonly string[]> => {
  const wanted = wantedOf(mapped)
  const others = Object.keys(attributes).filter((name) => !Object.hasOwn(wanted, name))
  const given = await ledger.holders(others.map(keyOf))
  return others.filter((name) => given.has(keyOf(name)))
}

/** What the mapping wants, with `null` for an attribute that a target cannot remove. */
export const withNulls = (mapped: Moving, names: readonly string[]): Moving => {
  const nulls = Object.fromEntries(names.map((name) => [name, null]))
  return { ...mapped, input: { ...mapped.input, profile: { ...mapped.input.profile, attributes: { ...wantedOf(mapped), ...nulls } } } }
}
