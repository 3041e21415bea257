import { createReadStream } from 'node:fs'
import type { User } from '@userport/core'
import { type MonacaUser, toUser } from '../codecs.js'
import type { MonacaConfig } from '../config.js'
import { fieldNames } from '../fields.js'
import { type BrokenRow, type ExportFormat, rowsOf } from './export-rows.js'

export interface ExportOptions {
  /** Where absent, it is seen in how the file begins. */
  readonly format?: ExportFormat
  /** The properties that hold what other vendors have fields for; each has its own name where absent. */
  readonly fields?: MonacaConfig['fields']
}

/** A user of the export, or a part of it that is none. */
export type ExportedUser = { readonly user: User } | BrokenRow

const latest = 8_640_000_000_000_000
const isNamed = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === ''

/** Milliseconds or seconds as a number or as digits, or ISO 8601, with slashes too, which is UTC where it does not say. `NaN` for anything else. */
const timeOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  if (/^\d+$/.test(text)) return Number(text)
  // In anything else Date.parse would see a date as well.
  if (!/^\d{4}[-/]\d/.test(text)) return Number.NaN
  if (/(?:Z|[+-]\d\d:?\d\d)$/i.test(text)) return Date.parse(text)
  // As people write it in Japan, and as spreadsheets save it there: 2020/1/2 3:04.
  return Date.parse(text.includes('/') ? `${text} UTC` : `${text.replace(' ', 'T')}Z`)
}

const isTime = (value: unknown): boolean => {
  const time = timeOf(value)
  return time >= 0 && time <= latest
}

const problemWith = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not a user'
  const { _id, _oid, _username, _createdAt, _updatedAt, _updateAt } = value as Readonly<Record<string, unknown>>
  if (!isNamed(_id ?? _oid)) return 'has no _id'
  if (!isNamed(_username)) return 'has no _username'
  const broken = Object.entries({ _createdAt, _updatedAt, _updateAt }).find(([, time]) => !isAbsent(time) && !isTime(time))
  return broken === undefined ? undefined : `has a ${broken[0]} that is no time`
}

const toWire = (document: Readonly<Record<string, unknown>>): MonacaUser => {
  const { _id, _oid, _createdAt, _updatedAt, _updateAt, ...rest } = document
  const times = Object.entries({ _createdAt, _updatedAt, _updateAt }).flatMap(([name, time]) =>
    isAbsent(time) ? [] : [[name, timeOf(time)]],
  )
  return { ...rest, _id: _id ?? _oid, ...Object.fromEntries(times) } as MonacaUser
}

/**
 * The users of the file that Monaca exported when its service ended: CSV with a header, a JSON array, or JSON lines, in UTF-8.
 * It is read as a stream and never held whole. What is no user comes as a row with a reason, and the rest is still read.
 * Rejects where the file itself cannot be read.
 */
export async function* readMonacaExport(
  source: string | AsyncIterable<Uint8Array>,
  { format, fields }: ExportOptions = {},
): AsyncGenerator<ExportedUser, void, undefined> {
  const file = typeof source === 'string' ? createReadStream(source) : source
  const names = fieldNames({ fields })
  for await (const found of rowsOf(file, { format, texts: new Set<string>(Object.values(names)) })) {
    if ('reason' in found) {
      yield found
      continue
    }
    const reason = problemWith(found.value)
    yield reason === undefined
      ? { user: toUser(toWire(found.value as Readonly<Record<string, unknown>>), names) }
      : { row: found.row, reason }
  }
}
