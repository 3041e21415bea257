import type { MigrationOptions } from '../migration.js'
import { generalFindings } from '../planning/planned.js'

/** Why no run can be made with this target and this policy, before anybody is looked at: what a plan says too. No request goes out. */
export const blockedBy = async (options: MigrationOptions): Promise<readonly string[]> =>
  (await generalFindings(options)).filter(({ severity }) => severity === 'blocks').map(({ detail }) => detail)
