import type { TextRule } from '@userport/core'
import { brokenRule } from '@userport/core'

/**
 * The username number `n` (2, 3, …) to try after a conflict, by `policy.renameTo`: cut where it would be too long for the target.
 * `undefined`: the rule of the target takes none of that form.
 */
export const nextUsername = (renameTo: string, username: string, n: number, rule: TextRule): string | undefined => {
  const written = (name: string): string => renameTo.replaceAll('{n}', String(n)).replaceAll('{username}', () => name)
  const characters = [...username]
  for (let length = characters.length; length > 0; length -= 1) {
    const name = written(characters.slice(0, length).join(''))
    if (brokenRule(rule, name) === undefined) return name
  }
  return undefined
}
