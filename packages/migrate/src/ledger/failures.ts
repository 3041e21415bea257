import { LedgerFailure } from './ledger.js'

const messages = {
  full: 'There is no space left for the ledger.',
  lost: 'The connection to the ledger broke, or its disk does not answer.',
  busy: 'The ledger is locked by another process, or its server takes no more connections.',
  broken: 'This is not a ledger, or it is damaged, or it may not be written.',
} as const

// The rights that are missing are another matter than a damaged ledger.
const withoutRight =
  'The user of the database may not make the tables of the ledger, or may not change them: it needs the right to create schemas (GRANT CREATE ON DATABASE), and a ledger that it made itself.'
const texts: Readonly<Record<string, string>> = { '42501': withoutRight }

type Reason = LedgerFailure['reason']

// The beginnings of the codes of SQLite, of PostgreSQL (by class) and of Node's sockets. The first that fits counts.
const reasons: readonly (readonly [beginning: string, Reason])[] = [
  ['SQLITE_FULL', 'full'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_IOERR', 'lost'],
  ['SQLITE_', 'broken'],
  ['53100', 'full'],
  ['53', 'busy'],
  ['55P03', 'busy'],
  ['40', 'busy'],
  ['57', 'lost'],
  ['08', 'lost'],
  ['25P03', 'lost'],
  ['ECONN', 'lost'],
  ['ETIMEDOUT', 'lost'],
  ['EPIPE', 'lost'],
  ['EHOST', 'lost'],
  ['ENET', 'lost'],
  ['ENOTFOUND', 'lost'],
  ['EAI_AGAIN', 'lost'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
]

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

// What pg says without a code is about its connections; its other texts may quote a value.
const isAboutConnection = (error: unknown): boolean =>
  error instanceof Error && /connection terminated|connection error|timeout|not queryable|ended/i.test(error.message)

/** What a database's refusal means for a run. Only its code is told: its text may hold a value. */
export const failureOf = (error: unknown): LedgerFailure => {
  if (error instanceof LedgerFailure) return error
  const code = codeOf(error)
  if (code === undefined) return isAboutConnection(error) ? failure('lost') : failure('broken')
  return failure(reasons.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 'broken', code)
}

const failure = (reason: Reason, code?: string): LedgerFailure =>
  new LedgerFailure(reason, code === undefined ? messages[reason] : `${texts[code] ?? messages[reason]} (${code})`)
