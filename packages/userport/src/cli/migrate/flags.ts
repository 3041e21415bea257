import { defined } from '@userport/core'
import { defaultPolicy, type Limits, type MovePolicy } from '@userport/migrate'
import { type Command, InvalidArgumentError, Option } from 'commander'

/** What the commands of `migrate` are told. Keys are not among it. */
export interface MigrateFlags extends Partial<MovePolicy> {
  readonly from: string
  readonly to: string
  readonly ledger: string
  readonly json?: boolean
  readonly concurrency?: number
  readonly callsPerSecond?: number
  readonly pageSize?: number
  /** Milliseconds. */
  readonly patience?: number
  readonly sample?: number
  readonly dryRun?: boolean
  readonly workers?: number
  readonly includeClaimed?: boolean
  readonly yes?: boolean
  readonly retryFile?: string
  readonly report?: string
  readonly withIds?: boolean
}

export const defaultLedger = 'file:userport-migration.db'

const atLeastOne = (text: string): number => {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.')
  return Number(text)
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

const milliseconds = (text: string): number => {
  const [, number, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  if (number === undefined) throw new InvalidArgumentError('It must be a time like 90s, 15m or 2h.')
  return Number(number) * (units[unit] ?? 0)
}

const rule = (text: string): string => {
  if (!text.includes('{n}')) throw new InvalidArgumentError('It must hold {n}, so that no two users get the same name.')
  return text
}

const named = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}

const choice = (flags: string, says: string, choices: readonly string[]): Option => new Option(flags, says).choices(choices)

export const withSides = (command: Command): Command =>
  command
    .requiredOption('--from <file>', 'the configuration of the app that the users leave, with admin keys')
    .requiredOption('--to <file>', 'the configuration of the app that they go to, with admin keys')

export const withLedger = (command: Command): Command =>
  command
    .option('--ledger <url>', `file:PATH or postgres://…; USERPORT_LEDGER holds one with a password (default: "${defaultLedger}")`)
    .option('--json', 'print lines of JSON')

/** So that a line of flags serves all commands. */
export const withSidesUnread = (command: Command): Command =>
  command.option('--from <file>', 'not needed: the ledger knows').option('--to <file>', 'not needed: the ledger knows')

export const withPolicy = (command: Command): Command =>
  command
    .addOption(
      choice('--conflicts <policy>', `an identifier is taken (default: ${defaultPolicy.conflicts})`, ['skip', 'link', 'rename', 'fail']),
    )
    .option('--rename-to <rule>', `how rename makes a username (default: "${defaultPolicy.renameTo}")`, rule)
    .addOption(
      choice('--invalid <policy>', `a field breaks a rule of the target (default: ${defaultPolicy.invalid})`, ['adapt', 'skip', 'fail']),
    )
    .addOption(choice('--anonymous <policy>', `users without a login (default: ${defaultPolicy.anonymous})`, ['leave', 'move']))
    .option('--origin-attribute <name>', `the attribute that holds the old id (default: ${defaultPolicy.originAttribute})`, named)

const aboutPatience = 'how long to wait for a vendor that is down, like 90s, 15m or 2h (default: 15m)'

/** `patience`: what waiting there is. */
export const withLimits = (command: Command, patience = aboutPatience): Command =>
  command
    .option('--concurrency <number>', 'requests at a time, at most', atLeastOne)
    .option('--calls-per-second <number>', 'calls at the target, at most', atLeastOne)
    .option('--page-size <number>', 'users on a page of the source', atLeastOne)
    .option('--patience <time>', patience, milliseconds)

export const withReport = (command: Command): Command =>
  command
    .option('--retry-file <file>', 'where failed users are listed (default: next to the ledger)')
    .option('--report <file>', 'write a page about it')
    .option('--with-ids', 'name the ids of users on that page')

export const withSample = (command: Command): Command => command.option('--sample <number>', 'users to look at (default: 500)', atLeastOne)

export const withWorkers = (command: Command): Command =>
  command.option('--workers <number>', 'processes that share the work; needs a PostgreSQL ledger', atLeastOne)

// What was not said is left out, so that the defaults of the library hold.
export const policyOf = ({ conflicts, renameTo, invalid, anonymous, originAttribute }: MigrateFlags): Partial<MovePolicy> =>
  defined({ conflicts, renameTo, invalid, anonymous, originAttribute } as Partial<MovePolicy>)

export const limitsOf = ({ concurrency, callsPerSecond, pageSize, patience }: MigrateFlags): Limits =>
  defined({ concurrency, callsPerSecond, pageSize, patience })
