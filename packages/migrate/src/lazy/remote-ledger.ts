import {
  axiosClient,
  BaseUrl,
  type CallOptions,
  createCalls,
  decodeConfig,
  type Effect,
  type ErrorTable,
  endpointsOf,
  errorTags,
  type HttpClient,
  type Result,
  type UserError,
  withDeadline,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import * as t from '#io-ts'
import { answered, answers, type Question, Refusal } from './ledger-messages.js'
import type { MoveLedger } from './move-ledger.js'

interface Config {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

const endpoint = endpointsOf<Config>()

const asking = <A>(question: Question, effect: Effect, codec: t.Type<A, unknown, unknown>) =>
  endpoint({
    effect,
    request: (input: object, { url, headers }) => ({
      method: 'POST',
      url,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ question, input }),
    }),
    response: answered(codec),
    result: ({ answer }) => answer,
  })

const endpoints = {
  standing: asking('standing', 'read', answers.standing),
  claim: asking('claim', 'write', answers.claim),
  exchange: asking('exchange', 'write', answers.exchange),
  record: asking('record', 'write', answers.record),
  tail: asking('tail', 'read', answers.tail),
}

const errors: ErrorTable<Refusal> = {
  body: Refusal,
  code: ({ tag }) => tag,
  tags: Object.fromEntries(errorTags.map((tag) => [tag, tag])),
  details: ({ tag: _, ...said }) => said,
}

export interface RemoteLedgerOptions {
  /** Sent with every question, e.g. what your own server asks for. */
  readonly headers?: Readonly<Record<string, string>>
  /** How requests travel; axios where absent. */
  readonly http?: HttpClient
}

/** The app's end of a `moveLedgerHandler`. The URL must be https (http only on this machine). */
export const remoteLedger = (url: string, { headers = {}, http = axiosClient() }: RemoteLedgerOptions = {}): MoveLedger => {
  const decoded = decodeConfig({ vendor: 'ledger', operation: 'configure' }, t.type({ url: BaseUrl }), { url })
  const calls = createCalls(endpoints, errors, http, { url, headers })
  type Bound = ReturnType<typeof calls>

  const ask = <A>(operation: Question, call: Pick<CallOptions, 'signal' | 'deadline'>, run: (bound: Bound) => Result<A>): Result<A> =>
    E.isLeft(decoded)
      ? TE.left<UserError>({ ...decoded.left, operation })
      : withDeadline({ vendor: 'ledger', operation }, call, (running) => run(calls(running)))

  return {
    standing: (identifier, call = {}) => ask('standing', call, ({ standing }) => standing({ identifier })),
    claim: (proof, call = {}) => ask('claim', call, ({ claim }) => claim(proof)),
    exchange: (session, call = {}) => ask('exchange', call, ({ exchange }) => exchange({ session })),
    record: (move, call = {}) => ask('record', call, ({ record }) => TE.map(() => undefined)(record(move))),
    tail: (call = {}) => ask('tail', call, ({ tail }) => tail({})),
  }
}
