import {
  axiosClient,
  type BackendOptions,
  brokenRule,
  type CallOptions,
  createCalls,
  decodeConfig,
  type Result,
  type Running,
  type UserError,
  userError,
  withDeadline,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import { KinveyConfig } from '../config.js'
import { endpoints, type KinveyCalls } from '../endpoints.js'
import { errors } from '../errors.js'

export type Call = Pick<CallOptions, 'signal' | 'deadline'>

/** Runs what needs no user to be signed in, with the limits that operations have. `needed`: texts that must not be empty. */
export type Sessionless = <A>(
  operation: string,
  needed: Readonly<Record<string, unknown>>,
  call: Call,
  run: (calls: KinveyCalls, running: Running) => Result<A>,
) => Result<A>

export const sessionless = (config: KinveyConfig, { http = axiosClient(), deadline }: BackendOptions): Sessionless => {
  const decoded = decodeConfig({ vendor: 'kinvey', operation: 'configure' }, KinveyConfig, config)
  const calls = createCalls(endpoints, errors, http, config)
  return (operation, needed, call, run) => {
    const at = { vendor: 'kinvey', operation }
    if (E.isLeft(decoded)) return TE.left<UserError>({ ...decoded.left, operation })
    for (const [field, value] of Object.entries(needed)) {
      const rule = brokenRule({}, value)
      if (rule !== undefined) return TE.left<UserError>(userError('InvalidInput', at, { field, rule }))
    }
    return withDeadline(at, { deadline, ...call }, (running) => run(calls(running), running))
  }
}
