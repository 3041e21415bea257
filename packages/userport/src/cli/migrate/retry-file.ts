import { rename, rm } from 'node:fs/promises'
import type { Ledger, Mismatch, RetryGroup } from '@userport/migrate'
import { writeFile } from './write-file.js'

/** Users that differ at the target, by the fields that do. */
export const groupsOf = (mismatches: readonly Mismatch[]): readonly RetryGroup[] => {
  const groups = new Map<string, string[]>()
  for (const { fields, sourceId } of mismatches) {
    const detail = fields.join(', ')
    groups.set(detail, [...(groups.get(detail) ?? []), sourceId])
  }
  return [...groups].map(([detail, sourceIds]) => ({ code: 'mismatch', detail, sourceIds }))
}

const atOnce = 500

/** Users who moved and whom a comparison no longer found at the target. */
export const goneAtTarget = async (ledger: Pick<Ledger, 'list'>): Promise<RetryGroup> => {
  const sourceIds: string[] = []
  let after: string | undefined = ''
  while (after !== undefined) {
    const rows = await ledger.list(['created', 'verified', 'linked'], { after, limit: atOnce })
    for (const { sourceId, problem } of rows) if (problem?.code === 'gone-at-target') sourceIds.push(sourceId)
    after = rows.at(-1)?.sourceId
  }
  return { code: 'gone-at-target', detail: 'removed after the move', sourceIds }
}

/** Lists users by what is wrong with them, a line of JSON each, for its owner only. Without any the file is removed. */
export const writeRetryFile = async (file: string, groups: readonly RetryGroup[]): Promise<void> => {
  if (groups.length === 0) return rm(file, { force: true })
  const lines = groups.map(({ code, detail, sourceIds }) => JSON.stringify({ code, detail, users: sourceIds.length, sourceIds }))
  // A run that is killed while it writes leaves the old file.
  await writeFile(`${file}.part`, `${lines.join('\n')}\n`, { mode: 0o600 })
  await rename(`${file}.part`, file)
}
