import type { UserId, UserKind } from '@userport/core'
import type { LossCode } from '../losses.js'
import type { ColumnTypes } from './engine.js'
import type { MoveRecord, NewRecord, RecordChange } from './ledger.js'
import type { Seal } from './seal.js'
import type { MoveRow } from './tables.js'

export const moveColumns: ColumnTypes<MoveRow> = {
  source_id: 'text',
  kind: 'text',
  state: 'text',
  target_id: 'text',
  target_name: 'text',
  digest: 'text',
  losses: 'text',
  problem_code: 'text',
  problem_detail: 'text',
  attempts: 'bigint',
  password: 'text',
  updated_at: 'bigint',
}

const listed = (losses: readonly LossCode[]): string => [...new Set(losses)].sort().join(',')

/** What PostgreSQL takes as a text: no NUL, no half of a surrogate pair. */
const storable = (text: string): string => Buffer.from(text).toString().replaceAll('\0', '')

const sealed = (name: string | null, sourceId: string, seal: Seal): string | null => (name === null ? null : seal.close(name, sourceId))

const problemColumns = (problem: MoveRecord['problem']): Pick<MoveRow, 'problem_code' | 'problem_detail'> => ({
  problem_code: problem === null ? null : storable(problem.code),
  problem_detail: problem === null ? null : storable(problem.detail),
})

export const newRow = (record: NewRecord, seal: Seal): MoveRow => ({
  source_id: record.sourceId,
  kind: record.kind,
  state: record.state,
  target_id: record.targetId,
  target_name: sealed(record.targetName, record.sourceId, seal),
  digest: record.digest,
  losses: listed(record.losses),
  ...problemColumns(record.problem),
  attempts: 0,
  password: 'unset',
  updated_at: Date.now(),
})

/** The columns that a change sets. */
export const changedColumns = (change: RecordChange, seal: Seal): Partial<MoveRow> => {
  const columns: Partial<MoveRow> = {}
  if (change.kind !== undefined) columns.kind = change.kind
  if (change.state !== undefined) columns.state = change.state
  if (change.targetId !== undefined) columns.target_id = change.targetId
  if (change.targetName !== undefined) columns.target_name = sealed(change.targetName, change.sourceId, seal)
  if (change.digest !== undefined) columns.digest = change.digest
  if (change.losses !== undefined) columns.losses = listed(change.losses)
  if (change.problem !== undefined) Object.assign(columns, problemColumns(change.problem))
  if (change.password !== undefined) columns.password = change.password
  return columns
}

export const recordOf = (row: MoveRow, seal: Seal): MoveRecord => ({
  sourceId: row.source_id as UserId,
  kind: row.kind as UserKind,
  state: row.state,
  targetId: row.target_id as UserId | null,
  targetName: row.target_name === null ? null : seal.open(row.target_name, row.source_id),
  digest: row.digest,
  losses: lossesOf(row.losses),
  problem: row.problem_code === null ? null : { code: row.problem_code, detail: row.problem_detail ?? '' },
  attempts: row.attempts,
  password: row.password as MoveRecord['password'],
  updatedAt: row.updated_at,
})

export const lossesOf = (listed: string): readonly LossCode[] => (listed === '' ? [] : (listed.split(',') as LossCode[]))
