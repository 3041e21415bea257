import type { LedgerIdentity } from '../ledger/ledger.js'
import type { MigrationOptions } from '../migration.js'
import { policyOf } from '../planning/planned.js'
import type { MovePolicy } from '../policy.js'

type Parties = Pick<MigrationOptions, 'from' | 'to'>
type Identified = Parties & Pick<MigrationOptions, 'ledger' | 'apps'>

/** What a run goes by: what is not said now is as it was when the ledger began. */
export const policyOn = async ({ ledger, policy }: Pick<MigrationOptions, 'ledger' | 'policy'>): Promise<MovePolicy> =>
  policyOf({ policy: { ...(await ledger.identity())?.policy, ...policy } })

/** Which apps and which policy, as a hash that only this ledger makes. */
const fingerprintOf = ({ ledger, apps }: Pick<MigrationOptions, 'ledger' | 'apps'>, policy: MovePolicy): string => {
  const { renameTo, conflicts, invalid, anonymous, originAttribute } = policy
  const { from = '', to = '' } = apps ?? {}
  return ledger.hash(JSON.stringify([from, to, conflicts, renameTo, invalid, anonymous, originAttribute]))
}

/** What the ledger is asked to be: this migration's. */
export const identityOf = (options: Identified, policy: MovePolicy): LedgerIdentity => ({
  from: options.from.vendor,
  to: options.to.vendor,
  fingerprint: fingerprintOf(options, policy),
  policy,
})

/** Why a run with this policy is refused by a ledger that is another migration's. */
export const otherMigration = (told: LedgerIdentity, options: Parties, policy: MovePolicy): string => {
  if (told.from !== options.from.vendor || told.to !== options.to.vendor)
    return `The ledger belongs to a migration from ${told.from} to ${told.to}.`
  const [other] = (Object.keys(policy) as (keyof MovePolicy)[]).filter((name) => told.policy[name] !== policy[name])
  return other === undefined
    ? 'The ledger belongs to a migration between other apps.'
    : `The ledger began with another policy: ${other} is ${told.policy[other]} there.`
}

/** Why a ledger would not go on with this migration, from a look at it. */
export const whyForeign = async (options: Identified, policy: MovePolicy): Promise<string | undefined> => {
  const told = await options.ledger.identity()
  if (told === null) return undefined
  const { from, to, fingerprint } = identityOf(options, policy)
  const isOurs = told.from === from && told.to === to && told.fingerprint === fingerprint
  return isOurs ? undefined : otherMigration(told, options, policy)
}
