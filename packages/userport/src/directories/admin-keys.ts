import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type At, toUserportError, userError } from '@userport/core'
import type { KnownVendor } from '../vendors.js'

/** Which of the two apps of a migration. */
export type Side = 'from' | 'to'

/** What `admin` of a configuration may say: the keys of an operator, which an app never has. */
const adminFields: Readonly<Record<KnownVendor, { readonly secret: readonly string[]; readonly open: readonly string[] }>> = {
  kii: { secret: ['clientSecret'], open: ['clientId', 'readsAtOnce'] },
  kinvey: { secret: ['masterSecret'], open: [] },
  monaca: { secret: ['managementKey'], open: ['managementUrl', 'propertyNames', 'export'] },
}

// Text in the environment that stands for something else.
const typed: Readonly<Record<string, (text: string) => unknown>> = {
  readsAtOnce: Number,
  propertyNames: (text) => text.split(',').map((name) => name.trim()),
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

/** The variable that holds an admin key of one side, e.g. `USERPORT_TO_MASTER_SECRET`. */
const variableOf = (side: Side, key: string): string => `USERPORT_${side.toUpperCase()}_${snakeCase(key)}`

const refuse = (at: At, path: string, problem: string, fix?: string): never => {
  throw toUserportError(userError('Configuration', at, { path, problem, fix }))
}

const fromFile = async (at: At, path: string, file: unknown, folder: string): Promise<string> => {
  if (typeof file !== 'string') return refuse(at, path, 'is not valid.', 'Expected the name of a file.')
  const text = await readFile(resolve(folder, file), 'utf8').catch(() => refuse(at, path, 'names a file that cannot be read.'))
  return text.trim() === '' ? refuse(at, path, 'names a file that is empty.') : text.trim()
}

/** Where an operator can put a key: said where one is missing. */
export const placesFor = (side: Side, key: string): string =>
  `Set ${variableOf(side, key)}, or "admin": { "${key}File": FILE } in the configuration.`

/**
 * The admin keys of one side: from the environment, else from the file that `admin` names, else from `admin` itself.
 * Rejects with a `Configuration` error, which never holds a value.
 */
export const adminKeys = async (
  at: At,
  given: { readonly side: Side; readonly vendor: KnownVendor; readonly admin: unknown; readonly source: string },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, unknown>>> => {
  const { side, vendor, admin = {}, source } = given
  if (typeof admin !== 'object' || admin === null || Array.isArray(admin))
    return refuse(at, 'admin', 'is not valid.', 'Expected an object.')
  const { secret, open } = adminFields[vendor]
  const said: Readonly<Record<string, unknown>> = { ...admin }
  const known = [...secret, ...secret.map((key) => `${key}File`), ...open]
  for (const name of Object.keys(said)) {
    if (!known.includes(name)) refuse(at, `admin.${name}`, 'is not a known key.', `Known keys: ${known.join(', ')}.`)
  }
  const keys: Record<string, unknown> = {}
  for (const name of [...secret, ...open]) {
    const value = environment[variableOf(side, name)]
    const file = `${name}File`
    if (value !== undefined && value !== '') keys[name] = typed[name]?.(value) ?? value
    else if (Object.hasOwn(said, file)) keys[name] = await fromFile(at, `admin.${file}`, said[file], dirname(source))
    else if (Object.hasOwn(said, name)) keys[name] = said[name]
  }
  return keys
}
