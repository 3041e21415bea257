import { brokenRule, type UserDirectory } from '@userport/core'
import { refusesAttribute } from '../mapping/target-of.js'
import type { Finding } from '../migration.js'
import type { MovePolicy } from '../policy.js'

const blocks = (detail: string): Finding => ({ severity: 'blocks', code: 'rules', detail, users: null })

const originProblem = async (to: UserDirectory, name: string): Promise<string | undefined> => {
  const { key, reserved } = to.rules.attributes
  const broken = brokenRule(key, name)
  if (broken !== undefined) return broken
  const isField = reserved.includes(name) || (await refusesAttribute(to, name))
  return isField ? `must not be the name of a field of ${to.vendor}` : undefined
}

/** What no run could do with this policy at this target. */
export const checkPolicy = async (to: UserDirectory, { originAttribute, conflicts, renameTo }: MovePolicy): Promise<readonly Finding[]> => {
  const origin = await originProblem(to, originAttribute)
  return [
    ...(origin === undefined ? [] : [blocks(`originAttribute ${origin}`)]),
    ...(conflicts === 'rename' && !renameTo.includes('{n}') ? [blocks('renameTo must contain {n}, or there is but one other name')] : []),
  ]
}
