import { dirname, resolve } from 'node:path'
import {
  type At,
  type Capabilities,
  type CapabilityName,
  decodeConfig,
  fieldsWhere,
  type HttpClient,
  type Rules,
  toUserportError,
  type UserDirectory,
  type UserErrorOf,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import type * as t from '#io-ts'
import { decodeUserportConfig } from '../config.js'
import { readConfig } from '../read-config.js'
import { isKnownVendor, type KnownVendor, loadVendor, vendorNames } from '../vendors.js'
import { adminKeys, placesFor, type Side } from './admin-keys.js'

/** One of the two apps of a migration, as its configuration describes it. */
export interface OpenSide {
  readonly vendor: KnownVendor
  readonly capabilities: Capabilities
  readonly rules: Rules
  /** What the app cannot do without. */
  readonly requires: readonly CapabilityName[]
  /** Which app it is; no secret. */
  readonly app: string
  /** All users of the app; `null` where no admin keys are given. */
  readonly directory: UserDirectory | null
}

interface Door<Config> {
  readonly config: t.Type<Config, unknown, unknown>
  readonly open: (config: Config, options: { readonly http: HttpClient }) => UserDirectory
  /** The keys of the app’s configuration that the directory needs too. */
  readonly shared: readonly string[]
  readonly app: string
}

const doors: { readonly [Name in KnownVendor]: () => Promise<Door<never>> } = {
  kii: async () => {
    const { KiiDirectoryConfig, createKiiDirectory } = await import('@userport/kii/directory')
    return {
      config: KiiDirectoryConfig,
      open: createKiiDirectory,
      shared: ['site', 'appId', 'appKey'],
      app: 'appId',
    } as unknown as Door<never>
  },
  kinvey: async () => {
    const { KinveyDirectoryConfig, createKinveyDirectory } = await import('@userport/kinvey/directory')
    const shared = ['host', 'appKey', 'appSecret', 'apiVersion', 'fields']
    return { config: KinveyDirectoryConfig, open: createKinveyDirectory, shared, app: 'appKey' } as unknown as Door<never>
  },
  monaca: async () => {
    const { MonacaDirectoryConfig, createMonacaDirectory } = await import('@userport/monaca/directory')
    return {
      config: MonacaDirectoryConfig,
      open: createMonacaDirectory,
      shared: ['fields'],
      app: 'managementUrl',
    } as unknown as Door<never>
  },
}

// A file does not hang as a vendor may: how long it takes to be counted, or read up to where a run goes on, is a matter of its length.
const readingTime = 24 * 3_600_000

const refuse = (error: UserErrorOf<'Configuration'>): never => {
  throw toUserportError(error)
}

const inFile = (source: string, { path, problem, fix }: UserErrorOf<'Configuration'>, at: At): UserErrorOf<'Configuration'> =>
  userError('Configuration', at, { path: `${source}: ${path}`, problem, fix })

const vendorIn = (at: At, source: string, name: unknown): KnownVendor =>
  isKnownVendor(name)
    ? name
    : refuse(
        userError('Configuration', at, {
          path: `${source}: vendor`,
          problem: name === undefined ? 'is missing.' : 'is not a known vendor.',
          fix: `Use one of ${vendorNames.join(', ')}.`,
        }),
      )

const openDirectory = async (
  at: At,
  given: {
    readonly side: Side
    readonly vendor: KnownVendor
    readonly source: string
    readonly app: Readonly<Record<string, unknown>>
    readonly keys: Readonly<Record<string, unknown>>
  },
  http: HttpClient,
): Promise<{ readonly directory: UserDirectory; readonly app: string }> => {
  const { side, vendor, source, app, keys } = given
  const shared = (names: readonly string[]): object => fieldsWhere(app, (name) => names.includes(name))
  if (vendor === 'monaca' && keys.export !== undefined) {
    if (typeof keys.export !== 'string' || keys.export === '') {
      const told = { path: 'admin.export', problem: 'is not valid.', fix: 'Expected the name of a file.' }
      return refuse(inFile(source, userError('Configuration', at, told), at))
    }
    const { MonacaExportConfig, createMonacaExportDirectory } = await import('@userport/monaca/directory')
    const reading = decodeConfig(at, MonacaExportConfig, shared(['fields']))
    if (E.isLeft(reading)) return refuse(inFile(source, reading.left, at))
    const path = resolve(dirname(source), keys.export)
    return { directory: createMonacaExportDirectory(path, { ...reading.right, deadline: readingTime }), app: path }
  }
  const door = await doors[vendor]()
  const said: Readonly<Record<string, unknown>> = { ...shared(door.shared), ...keys }
  const decoded = decodeConfig(at, door.config, said)
  if (E.isLeft(decoded)) {
    const { path, problem, fix } = decoded.left
    const isOurs = !door.shared.includes(path.split('.')[0] ?? '')
    const told = { path: isOurs ? `admin.${path}` : path, problem, fix: isOurs && problem === 'is missing.' ? placesFor(side, path) : fix }
    return refuse(inFile(source, userError('Configuration', at, told), at))
  }
  return { directory: door.open(decoded.right, { http }), app: String(said[door.app]) }
}

/**
 * Reads the configuration of one side of a migration and opens its directory. What an app needs and a directory does not may be missing.
 * Rejects with one `Configuration` error that names the file, the path and the fix; it never holds a secret.
 */
export const openSide = async (
  side: Side,
  file: string,
  options: { readonly environment: Readonly<Record<string, string | undefined>>; readonly http: HttpClient },
): Promise<OpenSide> => {
  const at = { vendor: 'userport', operation: `--${side}` }
  const { value, source } = await readConfig(at, { file, environment: {} })
  const { admin, ...app } = value as Readonly<Record<string, unknown>>
  const vendor = vendorIn(at, source, app.vendor)
  const loaded = await loadVendor(vendor)
  const decoded = decodeUserportConfig(at, loaded, app)
  if (E.isLeft(decoded) && decoded.left.problem !== 'is missing.') refuse(inFile(source, decoded.left, at))
  const keys = await adminKeys(at, { side, vendor, admin, source }, options.environment)
  const opened =
    Object.keys(keys).length === 0 && admin === undefined
      ? null
      : await openDirectory(at, { side, vendor, source, app, keys }, options.http)
  return {
    vendor,
    capabilities: loaded.capabilities,
    rules: loaded.rules,
    requires: (app.requires ?? []) as readonly CapabilityName[],
    app: opened?.app ?? '',
    directory: opened?.directory ?? null,
  }
}
