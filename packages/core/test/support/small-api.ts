import * as t from '#io-ts'
import { createCalls } from '../../src/calls.js'
import { withDeadline } from '../../src/deadline.js'
import { type Calls, type ErrorTable, endpointsOf } from '../../src/endpoint.js'
import type { CallOptions, HttpClient, HttpRequest, Result } from '../../src/index.js'

interface Config {
  readonly site: string
  readonly key: string
}

interface Input {
  readonly path?: string
  readonly secret?: string
}

const endpoint = endpointsOf<Config>()

const Thing = t.intersection([t.type({ id: t.string, nested: t.type({ count: t.number }) }), t.partial({ madeAt: t.number })])
type Thing = t.TypeOf<typeof Thing>

const request =
  (method: HttpRequest['method']) =>
  (input: Input, { site, key }: Config): HttpRequest => ({
    method,
    url: `${site}${input.path ?? '/'}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify({ password: input.secret }) }),
  })

const result = ({ id, madeAt }: Thing): { readonly id: string; readonly madeAt?: string } => ({
  id,
  ...(madeAt === undefined ? {} : { madeAt: new Date(madeAt).toISOString() }),
})

/** One endpoint of each effect. */
const table = {
  read: endpoint({ effect: 'read', request: request('GET'), response: Thing, result }),
  write: endpoint({ effect: 'write', request: request('PUT'), response: Thing, result }),
  once: endpoint({ effect: 'once', request: request('POST'), response: Thing, result }),
}

const errors: ErrorTable<{ readonly code?: string; readonly field?: string }> = {
  body: t.partial({ code: t.string, field: t.string }),
  code: ({ code }) => code,
  tags: { TAKEN: 'IdentifierTaken', 'once TWICE': 'AlreadySignedIn', BAD: 'InvalidInput', UNPROVED: 'NotVerified', '410': 'UserNotFound' },
  keys: ({ code = '' }, name) => [`${name} ${code}`, code],
  details: ({ field }) => (field === 'username' ? { identifier: field } : {}),
}

export const good = JSON.stringify({ id: 'a1', nested: { count: 1 } })

export type EffectName = keyof typeof table
export const effects = Object.keys(table) as readonly EffectName[]

type Limits = Pick<CallOptions, 'signal' | 'deadline'>

/** An operation of a small vendor that may take several calls. */
export const operationOf =
  (client: HttpClient, site = 'https://vendor.example', key = 'app-key') =>
  (limits: Limits, work: (calls: Calls<typeof table>) => Result<unknown>): Result<unknown> =>
    withDeadline<unknown>({ vendor: 'small', operation: 'test' }, limits, (running) =>
      work(createCalls(table, errors, client, { site, key })(running)),
    )

/** Calls one endpoint of a small vendor, as an operation would. */
export const callOf =
  (client: HttpClient, site?: string, key?: string) =>
  (effect: EffectName, input: Input = {}, limits: Limits = {}): Result<unknown> =>
    operationOf(client, site, key)(limits, (calls) => calls[effect](input))
