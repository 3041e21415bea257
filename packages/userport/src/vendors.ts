import type { Capabilities, Vendor } from '@userport/core'
import type { KiiConfig } from '@userport/kii'
import type { KinveyConfig } from '@userport/kinvey'
import type { MonacaConfig } from '@userport/monaca'

/** A vendor package of which only the common part is known. */
export type AnyVendor = Vendor<Capabilities, never>

/** What each vendor that userport knows by name needs to be told. */
export interface VendorConfigs {
  readonly kii: KiiConfig
  readonly kinvey: KinveyConfig
  readonly monaca: MonacaConfig
}

export type KnownVendor = keyof VendorConfigs

/** Vendor packages by name, for bundlers that must see what an app imports: `{ kii }`. */
export type VendorRegistry = Readonly<Record<string, object>>

interface VendorModules {
  readonly kii: typeof import('@userport/kii').kii
  readonly kinvey: typeof import('@userport/kinvey').kinvey
  readonly monaca: typeof import('@userport/monaca').monaca
}

/** The capabilities of a vendor, as literal types. */
export type CapabilitiesOf<Name extends KnownVendor> = VendorModules[Name]['capabilities']

/** The provider of a vendor that is named in code: what it lacks cannot be called, what only it has can. */
export type ProviderOf<Name extends KnownVendor> = ReturnType<VendorModules[Name]['createProvider']>

const load: { readonly [Name in KnownVendor]: () => Promise<VendorModules[Name]> } = {
  kii: async () => (await import('@userport/kii')).kii,
  kinvey: async () => (await import('@userport/kinvey')).kinvey,
  monaca: async () => (await import('@userport/monaca')).monaca,
}

export const vendorNames = Object.keys(load) as readonly KnownVendor[]

export const isKnownVendor = (name: unknown): name is KnownVendor => typeof name === 'string' && Object.hasOwn(load, name)

/** Loads the code of one vendor, and of no other. */
export const loadVendor = async (name: KnownVendor): Promise<AnyVendor> => (await load[name]()) as unknown as AnyVendor

/** Loads every vendor, for comparing them. */
export const loadVendors = (): Promise<readonly AnyVendor[]> => Promise.all(vendorNames.map(loadVendor))
