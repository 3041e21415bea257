import { rename, rm } from 'node:fs/promises'
import type { Ledger, MoveProblem, RetryGroup } from '@userport/migrate'
import { writeFile } from './write-file.js'

const atOnce = 500

const found: ReadonlySet<string> = new Set(['mismatch', 'gone-at-target'])

/** All users whom a comparison that began then found different or did not find at the target: of itself it lists but some. */
export const groupsSince = async (ledger: Pick<Ledger, 'list'>, since: number): Promise<readonly RetryGroup[]> => {
  const groups = new Map<string, MoveProblem & { readonly sourceIds: string[] }>()
  let after: string | undefined = ''
  while (after !== undefined) {
    const rows = await ledger.list(['created', 'verified', 'linked'], { after, limit: atOnce })
    for (const { sourceId, problem, updatedAt } of rows) {
      if (problem === null || updatedAt < since || !found.has(problem.code)) continue
      const key = `${problem.code} ${problem.detail}`
      const group = groups.get(key) ?? { ...problem, sourceIds: [] }
      group.sourceIds.push(sourceId)
      groups.set(key, group)
    }
    after = rows.at(-1)?.sourceId
  }
  return [...groups.values()]
}

/** Lists users by what is wrong with them, a line of JSON each, for its owner only. Without any the file is removed. */
export const writeRetryFile = async (file: string, groups: readonly RetryGroup[]): Promise<void> => {
  if (groups.length === 0) return rm(file, { force: true })
  const lines = groups.map(({ code, detail, sourceIds }) => JSON.stringify({ code, detail, users: sourceIds.length, sourceIds }))
  // A run that is killed while it writes leaves the old file.
  await writeFile(`${file}.part`, `${lines.join('\n')}\n`, { mode: 0o600 })
  await rename(`${file}.part`, file)
}
