import type { MigrationOptions } from '../migration.js'
import { generalFindings } from '../planning/planned.js'
import { policyOn } from './identity.js'

/**
 * Why no run can be made with this target and the policy that it would go by, before anybody is looked at: what a plan says too. No
 * request goes out. Rejects with `LedgerFailure`.
 */
export const blockedBy = async (options: MigrationOptions): Promise<readonly string[]> => {
  const findings = await generalFindings({ ...options, policy: await policyOn(options) })
  return findings.filter(({ severity }) => severity === 'blocks').map(({ detail }) => detail)
}
