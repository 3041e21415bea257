import type { Capabilities, UserDirectory } from '@userport/core'
import type { Finding, Limits, MigrationPlan } from '../migration.js'
import { defaultPolicy, type MovePolicy } from '../policy.js'
import { ceilingOf, meanCalls } from './calls-per-user.js'
import { checkPolicy } from './check-policy.js'
import { compareVendors } from './compare-vendors.js'
import type { Tally } from './tally.js'

/** What a plan is made for. */
export interface Planned {
  readonly from: UserDirectory
  readonly to: UserDirectory
  readonly policy?: Partial<MovePolicy>
  readonly limits?: Limits
  /** Which apps the two are. */
  readonly apps?: { readonly from: string; readonly to: string }
  /** What the two vendors' users can do, for findings about that. */
  readonly userSide?: { readonly from: Capabilities; readonly to: Capabilities }
}

export const policyOf = ({ policy }: Pick<Planned, 'policy'>): MovePolicy => ({ ...defaultPolicy, ...policy })

/** Within one app a user would only be made a second time, under another name. */
const sameApp = ({ from, to, apps }: Planned): readonly Finding[] =>
  apps === undefined || from.vendor !== to.vendor || apps.from !== apps.to
    ? []
    : [{ severity: 'blocks', code: 'capability', detail: `Source and target are the same app of ${to.vendor}.`, users: null }]

/** What is true for everybody, before a user is looked at. */
export const generalFindings = async (planned: Planned): Promise<readonly Finding[]> => {
  const { from, to, policy, userSide } = planned
  return [
    ...sameApp(planned),
    ...(await checkPolicy(to, policyOf({ policy }))),
    ...compareVendors(
      { vendor: from.vendor, capabilities: from.capabilities, rules: from.rules, ...(userSide && { users: userSide.from }) },
      { vendor: to.vendor, capabilities: to.capabilities, rules: to.rules, ...(userSide && { users: userSide.to }) },
    ),
  ]
}

/** The plan, from what was added up. */
export const planOf = (planned: Planned, tally: Tally, general: readonly Finding[], users: number | null): MigrationPlan => {
  const { from, to, limits = {} } = planned
  const callsPerUser = meanCalls(planned, tally.created, limits.pageSize)
  const findings = tally.findings(general)
  return {
    from: from.vendor,
    to: to.vendor,
    policy: policyOf(planned),
    users,
    sampled: tally.users,
    kinds: tally.kinds,
    findings,
    callsPerUser,
    ceiling: ceilingOf(limits.callsPerSecond, callsPerUser.to),
    refused: findings.some(({ severity }) => severity === 'blocks'),
  }
}
