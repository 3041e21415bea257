import type { CapabilityName } from '@userport/core'
import type { KnownVendor } from '../../vendors.js'

/** A call of a vendor's SDK, as its package describes it in `sdk-calls`. */
export interface SdkCall {
  /** `KiiUser.authenticate`; `KiiUser#save`: of a user. */
  readonly call: string
  /** For ast-grep. `$USER` stands for an expression that is a user. */
  readonly patterns: readonly string[]
  /** The operation of userport that takes its place; `null`: see `note`. */
  readonly operation: string | null
  /** The operation with other vendors, where `operation` is one that only this vendor has. */
  readonly elsewhere?: string
  readonly note?: string | undefined
  readonly example: string
  /** What it answers with, at once or later, is a user of the SDK. */
  readonly gives?: 'user' | undefined
  /** A name that many other objects have too. */
  readonly common?: true | undefined
  /** What the operation needs of a vendor, where that is more than its own capability. */
  readonly needs?: CapabilityName | undefined
}

export interface Sdk {
  /** Tells a file that uses the SDK: the source of a regular expression. */
  readonly marker: string
  /** What its calls begin with. */
  readonly roots: readonly string[]
  /** The types by which TypeScript names a user. */
  readonly userTypes: readonly string[]
  readonly calls: readonly SdkCall[]
}

/** The SDKs of all vendors. */
export const loadSdks = async (): Promise<Readonly<Record<KnownVendor, Sdk>>> => {
  const [kii, kinvey, monaca] = await Promise.all([
    import('@userport/kii/sdk-calls'),
    import('@userport/kinvey/sdk-calls'),
    import('@userport/monaca/sdk-calls'),
  ])
  return { kii: kii.sdk, kinvey: kinvey.sdk, monaca: monaca.sdk }
}
