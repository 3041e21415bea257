import {
  type At,
  type BackendOptions,
  type CapabilityName,
  memoryStore,
  missingCapabilities,
  type ProviderOptions,
  type SessionStore,
  toUserportError,
  type UserProvider,
  userError,
  webStorageStore,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { decodeUserportConfig, type UserportConfig } from './config.js'
import { type AnyVendor, isKnownVendor, loadVendor, loadVendors, type ProviderOf, type VendorRegistry, vendorNames } from './vendors.js'

export interface CreateOptions extends BackendOptions, ProviderOptions {
  /** Capabilities that the app cannot do without: a vendor that lacks one is refused at the start. */
  readonly requires?: readonly CapabilityName[]
  /** Vendor packages that the app imported itself, e.g. `{ kii }`. Then nothing is imported dynamically. */
  readonly vendors?: VendorRegistry
}

const at: At = { vendor: 'userport', operation: 'createUserProvider' }

const refused = (path: string, problem: string, fix?: string): Error =>
  toUserportError(userError('Configuration', at, { path, problem, fix }))

// A browser has neither files nor an environment.
const onNode = (): boolean => typeof process === 'object' && typeof process.versions?.node === 'string'

const storageOf = (name: 'localStorage' | 'sessionStorage'): Storage | undefined => {
  try {
    return globalThis[name]
  } catch {
    // A browser that bars a page from its storage throws at the mere sight of it.
    return undefined
  }
}

const webStoreOf = (name: 'localStorage' | 'sessionStorage'): SessionStore => {
  const storage = storageOf(name)
  if (storage !== undefined) return webStorageStore(storage)
  throw refused('store', `names ${name}, which is not to be had here.`, `Use "memory"${onNode() ? ' or "file:FOLDER"' : ''}.`)
}

const storeOf = async (name: string | undefined): Promise<SessionStore | undefined> => {
  switch (name) {
    case undefined:
      return typeof document === 'object' && storageOf('localStorage') !== undefined ? webStorageStore() : undefined
    case 'memory':
      return memoryStore()
    case 'localStorage':
    case 'sessionStorage':
      return webStoreOf(name)
    default:
      if (!onNode())
        throw refused('store', 'names a folder, which is not to be had here.', 'Use "memory", "localStorage" or "sessionStorage".')
      return (await import('@userport/core/node')).fileStore(name.slice('file:'.length))
  }
}

const vendorOf = async (name: unknown, registry: VendorRegistry | undefined): Promise<AnyVendor> => {
  const names = registry === undefined ? vendorNames : Object.keys(registry)
  if (typeof name === 'string' && registry !== undefined && Object.hasOwn(registry, name)) return registry[name] as AnyVendor
  if (registry === undefined && isKnownVendor(name)) return loadVendor(name)
  throw refused('vendor', name === undefined ? 'is missing.' : 'is not a known vendor.', `Use one of ${names.join(', ')}.`)
}

const refuseMissing = async (vendor: AnyVendor, required: readonly CapabilityName[]): Promise<void> => {
  const missing = missingCapabilities(vendor.capabilities, required)
  if (missing.length === 0) return
  const others = await loadVendors()
  const who = missing.map((name) => {
    const able = others.filter(({ capabilities }) => missingCapabilities(capabilities, [name]).length === 0).map((other) => other.name)
    return `${name} (${able.length === 0 ? 'no vendor has it' : `had by ${able.join(', ')}`})`
  })
  throw refused('requires', `${vendor.name} lacks ${who.join('; ')}.`)
}

const build = async (config: object, options: CreateOptions): Promise<UserProvider> => {
  const vendor = await vendorOf((config as { readonly vendor?: unknown } | null)?.vendor, options.vendors)
  const decoded = decodeUserportConfig({ ...at, vendor: vendor.name }, vendor, config)
  if (E.isLeft(decoded)) throw toUserportError(decoded.left)
  const { own, common } = decoded.right
  const { store, requires = [], ...settings } = common
  await refuseMissing(vendor, [...requires, ...(options.requires ?? [])])
  const kept = options.store ?? (await storeOf(store))
  return vendor.createProvider(own, { ...settings, ...options, ...(kept === undefined ? {} : { store: kept }) }) as unknown as UserProvider
}

/**
 * The provider that the configuration names; swapping the backend is changing the configuration. Only the chosen vendor's code is loaded.
 * Without a configuration, `USERPORT_*` variables or `userport.config.json` are read (Node only).
 * Rejects with one `Configuration` error that names the path and the fix; it never half-works.
 */
export function createUserProvider<Config extends UserportConfig>(
  config: Config,
  options?: CreateOptions,
): Promise<ProviderOf<Config['vendor']>>
export function createUserProvider(config?: UserportConfig | object, options?: CreateOptions): Promise<UserProvider>
export async function createUserProvider(config?: object, options: CreateOptions = {}): Promise<UserProvider> {
  if (config !== undefined) return build(config, options)
  if (!onNode()) throw refused('config', 'is missing, and no file or environment can be read here.', 'Hand it to createUserProvider.')
  const { namingVariables, readConfig } = await import('./read-config.js')
  const found = await readConfig(at)
  return namingVariables(found, build(found.value, options))
}
