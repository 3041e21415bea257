import type { ContractControl } from '@userport/contract'
import type { ProviderOptions, UserProvider } from '@userport/core'
import { createKii } from '@userport/kii'
import { createKinvey } from '@userport/kinvey'
import { createMonaca } from '@userport/monaca'
import { contractControl, type Sandbox, type SandboxContractControl, type SettingsOf, type World } from '@userport/sandbox'
import { type MigratingOptions, migrating } from '../../src/lazy.js'

export const vendors = ['kii', 'kinvey', 'monaca'] as const
export type VendorKey = (typeof vendors)[number]

/** Every ordered pair of different vendors. */
export const pairs = vendors.flatMap((from) => vendors.filter((to) => to !== from).map((to) => ({ from, to })))

type AppSettings = { readonly [Name in VendorKey]?: Partial<SettingsOf<Name>> }

const settingsFor: AppSettings = { kii: { passwordResetFlow: 'chosen' } }

/** An app at one vendor of the sandbox. */
export interface App {
  readonly world: Pick<World, 'outbox' | 'requests' | 'users' | 'faults' | 'clock'>
  readonly open: (options: ProviderOptions) => UserProvider
  readonly control: SandboxContractControl
}

/** An app at one vendor of the sandbox: its own settings where they matter. */
export const appAt = (sandbox: Sandbox, vendor: VendorKey, appId?: string, settings: AppSettings = settingsFor): App => {
  const connection = sandbox.connection(vendor, appId)
  const { site = '', appKey = '', host = '', appSecret = '', endpoint = '', backendId = '', apiKey = '' } = connection
  const known = connection.appId ?? ''
  switch (vendor) {
    case 'kii': {
      const world = sandbox.app(vendor, known)
      world.set(settings.kii ?? {})
      const open = (options: ProviderOptions): UserProvider => createKii({ site, appId: known, appKey, resetPassword: 'chosen' }, options)
      return { world, open, control: contractControl(world) }
    }
    case 'kinvey': {
      const world = sandbox.app(vendor, appKey)
      world.set(settings.kinvey ?? {})
      const open = (options: ProviderOptions): UserProvider => createKinvey({ host, appKey, appSecret }, options)
      return { world, open, control: contractControl(world) }
    }
    case 'monaca': {
      const world = sandbox.app(vendor, backendId)
      world.set(settings.monaca ?? {})
      const open = (options: ProviderOptions): UserProvider => createMonaca({ endpoint, backendId, apiKey }, options)
      return { world, open, control: contractControl(world) }
    }
  }
}

/** A provider that moves people from one app to another, on a device of its own. */
export const moving = (from: App, to: App, options: Omit<MigratingOptions, 'from' | 'to'> = {}) =>
  migrating({ from: from.open({}), to: to.open({}), ...options })

/** The other side of both: what goes wrong strikes the app that people move to; requests are counted at both. */
export const controlOf = (from: App, to: App): ContractControl => ({
  ...(to.control as ContractControl),
  requestCount: () => from.control.requestCount() + to.control.requestCount(),
})
