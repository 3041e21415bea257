import type { KiiData, KiiSettings } from './kii/index.js'
import type { KinveyData, KinveySettings } from './kinvey/index.js'
import type { MonacaData, MonacaSettings } from './monaca/index.js'
import type { Emulator, Vendor } from './world.js'

interface Kinds {
  readonly kii: { readonly settings: KiiSettings; readonly data: KiiData }
  readonly kinvey: { readonly settings: KinveySettings; readonly data: KinveyData }
  readonly monaca: { readonly settings: MonacaSettings; readonly data: MonacaData }
}

export type SettingsOf<V extends Vendor> = Kinds[V]['settings']
export type DataOf<V extends Vendor> = Kinds[V]['data']

type Loaders = { readonly [V in Vendor]: () => Promise<Emulator<SettingsOf<V>, DataOf<V>>> }

/** Loads only the emulators that are asked for. */
export const loadEmulator: Loaders = {
  kii: async () => (await import('./kii/index.js')).kiiEmulator,
  kinvey: async () => (await import('./kinvey/index.js')).kinveyEmulator,
  monaca: async () => (await import('./monaca/index.js')).monacaEmulator,
}

export const allVendors: readonly Vendor[] = ['kii', 'kinvey', 'monaca']
