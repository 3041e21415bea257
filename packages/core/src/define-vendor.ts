import * as E from '#fp-ts/Either'
import type * as t from '#io-ts'
import { createCalls } from './calls.js'
import type { Capabilities } from './capabilities.js'
import { decodeConfig } from './config.js'
import { createProvider } from './create-provider.js'
import { type BackendDefinition, defineBackend, type Implementation, type OperationContext } from './define-backend.js'
import type { Calls, Endpoints, ErrorTable } from './endpoint.js'
import { axiosClient, type HttpClient } from './http.js'
import type { Rules } from './rules.js'
import type { VendorName } from './user.js'
import type { Adoptable, Extension, OperationName, ResetLink, UserBackendOf } from './user-backend.js'
import type { ProviderOptions, UserProviderOf } from './user-provider.js'
import type { BrokenInput, Complaint } from './validation.js'

/** The checks of those members of an extension that need one. */
export type ExtensionInput<X extends Extension> = {
  readonly [Name in keyof X]?: (input: Parameters<X[Name]>[0]) => Complaint
}

/** A vendor: what it supports, how it is called, how it fails, and how our operations map to its calls. */
export interface VendorDefinition<C extends Capabilities, Config, Table extends Endpoints<Config>, Body, X extends Extension>
  extends Pick<BackendDefinition<C, X>, 'name' | 'rules' | 'usesDevice' | 'accessToken'> {
  /** Reads and checks the app's configuration. */
  readonly config: t.Type<Config, unknown, unknown>
  readonly endpoints: Table
  readonly errors: ErrorTable<Body>
  readonly operations: (calls: Calls<Table>, context: OperationContext, config: Config) => Implementation<C>
  /** Rules between fields that `rules` cannot say. */
  readonly check?: (operation: OperationName, input: unknown, config: Config) => BrokenInput | undefined
  readonly parseResetLink?: (url: string, config: Config) => E.Either<BrokenInput, Omit<ResetLink, 'type' | 'vendor'>>
  /** The session that the vendor's old SDK left in its store. */
  readonly adoptable?: (read: (name: string) => Promise<string | null | undefined>, config: Config) => Promise<Adoptable | null>
  /** What only this vendor has. Each member takes its input and the session. */
  readonly extension?: (calls: Calls<Table>, context: OperationContext, config: Config) => X
  /** What may be wrong with the inputs of the extension, asked before any request. */
  readonly extensionInput?: (config: Config) => ExtensionInput<X>
  /** What tells one app of this vendor from another, for the names under which its session is stored. */
  readonly appId: (config: Config) => string
}

export interface BackendOptions {
  /** How requests travel; axios where absent. */
  readonly http?: HttpClient
  /** Milliseconds that an operation may take, where the call does not say (default 30,000). */
  readonly deadline?: number
}

/** A vendor package as a value: what it needs, what it can, and its two factories. */
export interface Vendor<C extends Capabilities, Config, X = Extension> {
  readonly name: VendorName
  readonly capabilities: C
  readonly rules: Rules
  readonly config: t.Type<Config, unknown, unknown>
  /** The stateless layer: the caller keeps the sessions. With a wrong configuration every operation fails with `Configuration`. */
  readonly createBackend: (config: Config, options?: BackendOptions) => UserBackendOf<C, X>
  /** The app's view: one active user, kept in a session store. */
  readonly createProvider: (config: Config, options?: BackendOptions & ProviderOptions) => UserProviderOf<C, X>
}

/** Builds a vendor package from its parts. */
export const defineVendor =
  <const C extends Capabilities>(capabilities: C) =>
  <Config, Table extends Endpoints<Config>, Body, X extends Extension = Record<never, never>>(
    vendor: VendorDefinition<C, Config, Table, Body, X>,
  ): Vendor<C, Config, X> => {
    const { check, parseResetLink, adoptable, extension, extensionInput, operations, ...constant } = vendor
    const { name, rules, config: codec } = constant

    const createBackend = (config: Config, options: BackendOptions = {}): UserBackendOf<C, X> => {
      const client = options.http ?? axiosClient()
      const decoded = decodeConfig({ vendor: name, operation: 'configure' }, codec, config)
      const calls = createCalls(vendor.endpoints, vendor.errors, client, config)
      return defineBackend(capabilities)<X>({
        ...constant,
        deadline: options.deadline,
        ...(check === undefined ? {} : { check: (operation: OperationName, input: unknown) => check(operation, input, config) }),
        ...(parseResetLink === undefined ? {} : { parseResetLink: (url: string) => parseResetLink(url, config) }),
        ...(adoptable === undefined ? {} : { adoptable: (read) => adoptable(read, config) }),
        ...(extension === undefined ? {} : { extension: (context) => extension(calls(context), context, config) }),
        checkExtension: (member, input) => extensionInput?.(config)[member]?.(input as never),
        refuse: E.isLeft(decoded) ? decoded.left : undefined,
        operations: (context) => operations(calls(context), context, config),
      })
    }

    return {
      name,
      capabilities,
      rules,
      config: codec,
      createBackend,
      createProvider: (config, options = {}) => {
        const namespace = `userport.${name}.${E.isRight(codec.decode(config)) ? vendor.appId(config) : 'unconfigured'}`
        return createProvider<C, X>(createBackend(config, options), { namespace, ...options })
      },
    }
  }
