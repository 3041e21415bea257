import * as E from '#fp-ts/Either'
import type * as t from '#io-ts'
import { createCalls } from './calls.js'
import { decodeConfig } from './config.js'
import type { Running } from './deadline.js'
import { type DirectoryDefinition, type DirectoryImplementation, defineDirectory } from './define-directory.js'
import type { BackendOptions } from './define-vendor.js'
import type { DirectoryCapabilities, DirectoryOperations, UserDirectory } from './directory.js'
import type { Calls, Endpoints, ErrorTable } from './endpoint.js'
import { axiosClient } from './http.js'
import type { Complaint } from './validation.js'

/** The admin side of a vendor: what it can, how it is called, how it fails, and how the operations of the port map to its calls. */
export interface VendorDirectoryDefinition<C extends DirectoryCapabilities, Config, Table extends Endpoints<Config>, Body>
  extends Pick<DirectoryDefinition<C>, 'vendor' | 'rules'> {
  /** Reads and checks the operator's configuration. */
  readonly config: t.Type<Config, unknown, unknown>
  readonly endpoints: Table
  readonly errors: ErrorTable<Body>
  /** What `rules` and `capabilities` cannot say. */
  readonly check?: (operation: keyof DirectoryOperations, args: readonly unknown[], config: Config) => Complaint
  /** The outer function runs once for a directory and may keep state, e.g. an admin token; the inner one for every operation. */
  readonly operations: (config: Config) => (calls: Calls<Table>, running: Running) => DirectoryImplementation<C>
}

export type DirectoryOptions = BackendOptions

/** Builds the factory of a vendor's directory. With a wrong configuration every operation of it fails with `Configuration`. */
export const defineVendorDirectory =
  <const C extends DirectoryCapabilities>(capabilities: C) =>
  <Config, Table extends Endpoints<Config>, Body>(
    definition: VendorDirectoryDefinition<C, Config, Table, Body>,
  ): ((config: Config, options?: DirectoryOptions) => UserDirectory) =>
  (config, { http = axiosClient(), deadline } = {}) => {
    const { vendor, rules, endpoints, errors, check } = definition
    const decoded = decodeConfig({ vendor, operation: 'configure' }, definition.config, config)
    const calls = createCalls(endpoints, errors, http, config)
    let prepared: ReturnType<typeof definition.operations> | undefined
    return defineDirectory(capabilities)({
      vendor,
      rules,
      deadline,
      refuse: E.isLeft(decoded) ? decoded.left : undefined,
      ...(check === undefined ? {} : { check: (operation, args) => check(operation, args, config) }),
      operations: (running) => {
        prepared ??= definition.operations(config)
        return prepared(calls(running), running)
      },
    })
  }
