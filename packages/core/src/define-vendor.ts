import type { Capabilities } from './capabilities.js'
import { type BackendDefinition, defineBackend, type Implementation, type OperationContext } from './define-backend.js'
import { type Calls, createCalls, type Endpoints, type ErrorTable } from './endpoint.js'
import { axiosClient, type HttpClient } from './http.js'
import type { UserBackendOf } from './user-backend.js'
import { createProvider, type ProviderOptions, type UserProviderOf } from './user-provider.js'

/** A vendor: what it supports, how it is called, how it fails, and how our operations map to its calls. */
export interface VendorDefinition<C extends Capabilities, Config, Table extends Endpoints<Config>, Body>
  extends Pick<BackendDefinition<C>, 'name' | 'rules' | 'usesDevice' | 'check' | 'parseResetLink'> {
  readonly endpoints: Table
  readonly errors: ErrorTable<Body>
  readonly operations: (calls: Calls<Table>, context: OperationContext, config: Config) => Implementation<C>
  /** What tells one app of this vendor from another, for the names under which its session is stored. */
  readonly appId: (config: Config) => string
}

export interface BackendOptions {
  /** How requests travel; axios where absent. */
  readonly http?: HttpClient
  /** Milliseconds that an operation may take, where the call does not say (default 30,000). */
  readonly deadline?: number
}

/** The two factories of a vendor package. */
export interface Vendor<C extends Capabilities, Config> {
  /** The stateless layer: the caller keeps the sessions. */
  readonly createBackend: (config: Config, options?: BackendOptions) => UserBackendOf<C>
  /** The app's view: one active user, kept in a session store. */
  readonly createProvider: (config: Config, options?: BackendOptions & ProviderOptions) => UserProviderOf<C>
}

/** Builds the two factories of a vendor package. */
export const defineVendor = <const C extends Capabilities>(capabilities: C) => <Config, Table extends Endpoints<Config>, Body>(
  vendor: VendorDefinition<C, Config, Table, Body>,
): Vendor<C, Config> => {
  const createBackend = (config: Config, options: BackendOptions = {}): UserBackendOf<C> => {
    const client = options.http ?? axiosClient()
    return defineBackend(capabilities)({
      ...vendor,
      deadline: options.deadline,
      operations: (context) => vendor.operations(createCalls(vendor.endpoints, vendor.errors, client, config, context), context, config),
    })
  }
  return {
    createBackend,
    createProvider: (config, options = {}) =>
      createProvider<C>(createBackend(config, options), { namespace: `userport.${vendor.name}.${vendor.appId(config)}`, ...options }),
  }
}
