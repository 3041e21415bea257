import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type At, isUserError, toUserportError, type UserErrorOf, userError } from '@userport/core'

/** A configuration as found, not checked yet, and where it was found. */
export interface FoundConfig {
  readonly value: object
  readonly source: string
  /** The variable that set a key, by key. */
  readonly variables: Readonly<Record<string, string>>
}

const names = ['userport.config.json', 'userport.config.js', 'userport.config.mjs', 'userport.config.ts']

const fail = (at: At, path: string, problem: string, fix?: string): never => {
  throw toUserportError(userError('Configuration', at, { path, problem, fix }))
}

const asObject = (at: At, source: string, value: unknown): object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : fail(at, source, 'does not hold an object.')

const parse = (at: At, file: string, text: string): unknown => {
  try {
    // Some editors put a byte order mark in front, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    // The parser's message quotes the text, which may hold a secret: only the position is passed on.
    const position = /position (\d+)/.exec(String(cause))?.[1]
    return fail(at, file, `is not valid JSON${position === undefined ? '' : ` (character ${position})`}.`)
  }
}

const isDefault = 'Its default export must be the configuration.'

// What the module itself says may hold a secret, so it is not passed on.
const notLoaded = (at: At, file: string, cause: unknown): never => {
  if (!/\.[cm]?[jt]s$/.test(file)) return fail(at, file, 'is neither JSON nor JavaScript.', 'Use userport.config.json or .mjs.')
  return (cause as { readonly code?: string }).code === 'ERR_UNKNOWN_FILE_EXTENSION'
    ? fail(
        at,
        file,
        'is TypeScript, which this Node cannot load.',
        'Use userport.config.json or .mjs, or start the app with a TypeScript loader.',
      )
    : fail(at, file, 'could not be loaded.', `\`node FILE\` shows why. ${isDefault}`)
}

const importModule = async (at: At, file: string): Promise<unknown> => {
  const { default: value } = (await import(pathToFileURL(file).href).catch((cause) => notLoaded(at, file, cause))) as {
    readonly default?: unknown
  }
  return value ?? fail(at, file, 'exports no configuration.', isDefault)
}

/** The text of a file; `undefined` where there is none. */
const textOf = async (at: At, file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    return (cause as { readonly code?: string }).code === 'ENOENT' ? undefined : fail(at, file, 'could not be read.')
  }
}

/** Where a name leads to from a folder, or from that of the process, which may be gone. */
const pathOf = (at: At, folder: string, name: string): string => {
  try {
    return resolve(folder, name)
  } catch {
    return fail(at, name, 'cannot be looked for.', 'The folder of this process does not exist any more.')
  }
}

const fromFile = async (at: At, file: string): Promise<Omit<FoundConfig, 'variables'> | undefined> => {
  const text = await textOf(at, file)
  if (text === undefined) return undefined
  const value = file.endsWith('.json') ? parse(at, file, text) : await importModule(at, file)
  return { value: asObject(at, file, value), source: file }
}

const camelCase = (name: string): string => name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

// Anything else stays a text, which the check then refuses: a switch must not be off because of its spelling.
const switched = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text)

// Text in the environment that stands for something else; an app id of digits stays text.
const typed: Readonly<Record<string, (text: string) => unknown>> = {
  deadline: Number,
  apiVersion: Number,
  sessionLifetime: Number,
  resetTokenLifetime: Number,
  enumerationSafe: switched,
  trimPasswords: switched,
  requires: (text) => text.split(',').map((name) => name.trim()),
}

// Said to the command line: where the configuration is, and what only a migration needs.
const notOurs = /^USERPORT_(CONFIG|LEDGER|LEDGER_KEY|(FROM|TO)_.+)$/

interface Variable {
  readonly name: string
  readonly key: string
  readonly value: unknown
}

const fromEnvironment = (environment: Readonly<Record<string, string | undefined>>): readonly Variable[] =>
  Object.entries(environment).flatMap(([name, text]) => {
    if (!name.startsWith('USERPORT_') || notOurs.test(name) || text === undefined) return []
    const key = camelCase(name.slice('USERPORT_'.length))
    return [{ name, key, value: typed[key]?.(text) ?? text }]
  })

/** Awaits what is made of a configuration. An error about a key that a variable set names the variable. */
export const namingVariables = async <A>({ variables }: FoundConfig, made: Promise<A>): Promise<A> => {
  try {
    return await made
  } catch (cause) {
    if (!isUserError(cause, 'Configuration')) throw cause
    const { vendor, operation, path, problem, fix } = cause.error as UserErrorOf<'Configuration'>
    const variable = variables[path.split('.')[0] ?? '']
    throw variable === undefined
      ? cause
      : toUserportError(userError('Configuration', { vendor, operation }, { path: `${path} (from ${variable})`, problem, fix }))
  }
}

/**
 * Finds the configuration: the `file` that is asked for; else `USERPORT_*` variables if they name a vendor; else the file that
 * `USERPORT_CONFIG` names, or `userport.config.json`, `.js`, `.mjs`, `.ts` in the folder. The keys of a file are overridden by single
 * variables, unless these name a vendor. Rejects with a `Configuration` error.
 */
export const readConfig = async (
  at: At,
  options: { readonly folder?: string; readonly file?: string; readonly environment?: Readonly<Record<string, string | undefined>> } = {},
): Promise<FoundConfig> => {
  const { folder = '', environment = process.env } = options
  const set = fromEnvironment(environment)
  const values: object = Object.fromEntries(set.map(({ key, value }) => [key, value]))
  const variables = Object.fromEntries(set.map(({ key, name }) => [key, name]))
  const isWhole = 'vendor' in values
  if (isWhole && options.file === undefined) return { value: values, source: 'the environment', variables }
  const named = options.file ?? environment.USERPORT_CONFIG
  for (const name of named === undefined ? names : [named]) {
    const found = await fromFile(at, pathOf(at, folder, name))
    // Variables that are a whole configuration belong to another one than the file that was asked for.
    if (found !== undefined) return isWhole ? { ...found, variables: {} } : { ...found, value: { ...found.value, ...values }, variables }
  }
  return fail(
    at,
    named ?? 'userport.config.json',
    named === undefined ? 'was not found, and no USERPORT_VENDOR is set.' : 'was not found.',
    'Create it, e.g. { "vendor": "kii", "site": …, "appId": …, "appKey": … }.',
  )
}
