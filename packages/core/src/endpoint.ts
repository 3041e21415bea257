import * as E from '#fp-ts/Either'
import * as J from '#fp-ts/Json'
import type * as t from '#io-ts'
import { pause, type Running } from './deadline.js'
import { type At, type ErrorBase, type ErrorDetails, type ErrorTag, type UserError, userError } from './errors.js'
import type { HttpClient, HttpRequest, HttpResponse } from './http.js'
import type { Result } from './result.js'
import { settle } from './settle.js'
import { Stop, type StopSignal } from './stop-signal.js'

/**
 * What asking again does. `read`: no harm, so it is tried again by itself. `write`: the app may try again.
 * `once`: harm, so a lost answer is `OutcomeUnknown` until a look-up tells.
 */
export type Effect = 'read' | 'write' | 'once'

/** One call of a vendor: how to ask, how to read the answer, what it means to us. */
export interface Endpoint<Config, Input, Wire, Output> {
  readonly effect: Effect
  request(input: Input, config: Config): HttpRequest
  /** Reads the JSON of a successful answer; `undefined` where the body is empty. It must not transform: what passes its guard is taken as it is. */
  readonly response: t.Decoder<unknown, Wire>
  /** The answer is a page or plain text, not JSON: the decoder gets it as it is. */
  readonly text?: true
  result(wire: Wire, input: Input, headers: HttpResponse['headers']): Output
}

/** A vendor's calls by name; the precise types of each are recovered by `Calls`. */
export type Endpoints<Config> = Readonly<Record<string, Endpoint<Config, unknown, unknown, unknown>>>

/** How a vendor spells its failures. */
export interface ErrorTable<Body> {
  /** Does the JSON of a successful status say that the call failed? */
  readonly failed?: (json: unknown) => boolean
  readonly body: t.Decoder<unknown, Body>
  /** The vendor's code, verbatim. */
  readonly code: (body: Body) => string | undefined
  /** What to look up in `tags`, the most telling first; where absent, the code. The HTTP status is always tried last. */
  readonly keys?: (body: Body, endpoint: string) => readonly string[]
  readonly tags: Readonly<Record<string, ErrorTag>>
  /** What the body says about the tag, e.g. which identifier is taken. */
  readonly details?: (body: Body, endpoint: string) => Readonly<Record<string, unknown>>
}

/** The calls that a table of endpoints gives: input in, `Result` out. */
export type Calls<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Endpoint<infer _Config, infer Input, infer _Wire, infer Output>
    ? (input: Input) => Result<Output>
    : never
}

/** Gives the types of an endpoint to its three parts. */
export const endpointsOf =
  <Config>() =>
  <Input, Wire, Output>(endpoint: Endpoint<Config, Input, Wire, Output>): Endpoint<Config, Input, Wire, Output> =>
    endpoint

// Codes of Node, axios and undici for requests that never left this machine, among them those of a refused certificate.
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
const tooLarge = new Set(['ERR_REPLY_TOO_LARGE', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'])
const busy = new Set([408, 500, 502, 503, 504])
const perhapsDone = new Set([408, 502, 504])
const attempts = 3

interface Cause {
  readonly code?: unknown
  readonly cause?: Cause | null
}

// fetch keeps the telling code one level down.
const codeOf = (thrown: unknown): string | undefined => {
  const { code, cause } = (thrown ?? {}) as Cause
  const told = code ?? cause?.code
  return typeof told === 'string' && /^[A-Z0-9_]{3,60}$/.test(told) ? told : undefined
}

// A code is a word. A sentence in its place may quote what was sent.
const vendorCode = (code: string | undefined): string | undefined =>
  code !== undefined && /^[\w.:/-]{1,80}$/.test(code) ? code : undefined

// What a tag promises to say, for a vendor whose body does not say it.
const unsaid: { readonly [Tag in ErrorTag]?: ErrorDetails[Tag] } = {
  InvalidInput: { field: 'input', rule: 'was refused by the vendor' },
  NotVerified: { what: 'email' },
}

const secondsOf = (retryAfter: string | undefined): number | undefined => {
  if (retryAfter === undefined) return undefined
  // Only with a weekday in front: Date.parse makes a date of "-5" as well.
  const date = /^[A-Z][a-z]{2}/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (date - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined
}

const isComposed = (type: unknown): boolean => ['IntersectionType', 'UnionType'].includes((type as { readonly _tag?: string })?._tag ?? '')

interface Mismatch {
  readonly path: string
  readonly expected: string
}

export const firstMismatch = (errors: t.Errors): Mismatch => {
  const context = errors[0]?.context ?? []
  // The members of an intersection or a union are numbered in the codec, not in the reply.
  const keys = context.filter((_, index) => index > 0 && !isComposed(context[index - 1]?.type)).map(({ key }) => key)
  return {
    path: keys.join('.'),
    expected: (context[context.length - 1]?.type.name ?? 'something else').slice(0, 120),
  }
}

// Nearly every reply is as documented: to see that costs a fraction of decoding, which keeps track of where it is.
const decode = <A>(codec: t.Decoder<unknown, A>, json: unknown): E.Either<t.Errors, A> => {
  const { is } = codec as { readonly is?: t.Is<A> }
  return is?.(json) === true ? E.right(json) : codec.decode(json)
}

interface AskedOnce {
  /** Fires when a third of the time is left: it is kept for finding out what became of the request. */
  readonly signal: StopSignal
  readonly answered: () => void
}

/** For a request whose effect must not happen twice: until an answer comes, its outcome is unknown. */
const askOnce = (running: Running): AskedOnce => {
  const patience = new Stop()
  const giveUp = (): void => patience.stop()
  const timer = setTimeout(giveUp, (running.remaining() * 2) / 3)
  running.signal.addEventListener('abort', giveUp)
  running.unsure(true)
  return {
    signal: patience,
    answered: () => {
      clearTimeout(timer)
      running.signal.removeEventListener('abort', giveUp)
    },
  }
}

interface Attempt {
  readonly outcome: E.Either<UserError, unknown>
  /** Seconds that the vendor asks to wait. */
  readonly retryAfter: number | undefined
}

/** The only code that turns HTTP into values and `UserError`s. */
export const createCalls = <Config, Table extends Endpoints<Config>, Body>(
  table: Table,
  errors: ErrorTable<Body>,
  client: HttpClient,
  config: Config,
): ((running: Running) => Calls<Table>) => {
  const refusal = (at: At, endpoint: string, { status, headers, body: text }: HttpResponse): UserError => {
    const parsed = J.parse(text)
    const decoded = E.isRight(parsed) ? errors.body.decode(parsed.right) : parsed
    const code = E.isRight(decoded) ? errors.code(decoded.right) : undefined
    const keys = E.isRight(decoded) ? (errors.keys?.(decoded.right, endpoint) ?? (code === undefined ? [] : [code])) : []
    const found = [...keys, String(status)].find((key) => Object.hasOwn(errors.tags, key))
    const known = found === undefined ? undefined : errors.tags[found]
    const retryAfter = secondsOf(headers['retry-after'])
    const tag: ErrorTag = known ?? (status === 429 ? 'RateLimited' : busy.has(status) ? 'Unavailable' : 'Vendor')
    const word = vendorCode(code)
    return userError(tag, at, {
      ...unsaid[tag],
      ...(E.isRight(decoded) ? errors.details?.(decoded.right, endpoint) : {}),
      ...(word === undefined ? {} : { code: word }),
      ...(tag === 'RateLimited' && retryAfter !== undefined ? { retryAfter } : {}),
      status,
    } as unknown as ErrorDetails[typeof tag] & Partial<ErrorBase>)
  }

  const read = (at: At, name: string, endpoint: Table[string], input: unknown, response: HttpResponse): E.Either<UserError, unknown> => {
    const { status, headers, body } = response
    const parsed = body === '' ? E.right(undefined) : endpoint.text === true ? E.right(body) : J.parse(body)
    if (status < 200 || status > 299 || (E.isRight(parsed) && errors.failed?.(parsed.right) === true)) {
      const error = refusal(at, name, response)
      return E.left(
        endpoint.effect === 'once' && error._tag === 'Unavailable' && perhapsDone.has(status)
          ? userError('OutcomeUnknown', at, { status })
          : error,
      )
    }
    const unusable = (mismatch: Mismatch): E.Either<UserError, never> =>
      E.left(endpoint.effect === 'once' ? userError('OutcomeUnknown', at, { status }) : userError('Protocol', at, { ...mismatch, status }))

    if (E.isLeft(parsed)) return unusable({ path: '', expected: 'JSON' })
    const decoded = decode(endpoint.response, parsed.right)
    if (E.isLeft(decoded)) return unusable(firstMismatch(decoded.left))
    try {
      return E.right(endpoint.result(decoded.right, input, headers))
    } catch {
      // A value of the right type may still make no sense, e.g. a date beyond all calendars.
      return unusable({ path: '', expected: 'values that make sense' })
    }
  }

  const noAnswer = (at: At, cause: unknown, effect: Effect, gaveUp: boolean): UserError => {
    const code = codeOf(cause)
    const more = code === undefined ? {} : { code }
    const sent = code === undefined || !neverSent.has(code)
    if (effect === 'once' && sent) return userError('OutcomeUnknown', at, more)
    if (gaveUp) return userError('Timeout', at, more)
    return code !== undefined && tooLarge.has(code)
      ? userError('Protocol', at, { path: '', expected: 'a reply of bounded size', ...more })
      : userError('Network', at, more)
  }

  const send = async (running: Running, name: string, endpoint: Table[string], input: unknown): Promise<Attempt> => {
    const { at, signal } = running
    const request = endpoint.request(input, config)
    const once = endpoint.effect === 'once' ? askOnce(running) : undefined
    const wanted = once?.signal ?? signal
    const answer = await settle(() => client.send(request, wanted))
    once?.answered()
    const outcome = E.isRight(answer)
      ? read(at, name, endpoint, input, answer.right)
      : E.left(noAnswer(at, answer.left, endpoint.effect, wanted.aborted))
    if (once !== undefined && !(E.isLeft(outcome) && outcome.left._tag === 'OutcomeUnknown')) running.unsure(false)
    return { outcome, retryAfter: E.isRight(answer) ? secondsOf(answer.right.headers['retry-after']) : undefined }
  }

  const persist = async (
    running: Running,
    name: string,
    endpoint: Table[string],
    input: unknown,
  ): Promise<E.Either<UserError, unknown>> => {
    for (let attempt = 1; ; attempt += 1) {
      const { outcome, retryAfter } = await send(running, name, endpoint, input)
      if (E.isRight(outcome) || endpoint.effect !== 'read' || attempt === attempts || !outcome.left.retryable) return outcome
      const wait = retryAfter === undefined ? 100 * 2 ** attempt * (0.5 + Math.random() / 2) : retryAfter * 1000
      if (wait >= running.remaining()) return outcome
      await pause(wait, running.signal)
      if (running.signal.aborted) return outcome
    }
  }

  // Every operation gets calls of its own: only those that it uses are made.
  class Bound {
    constructor(readonly running: Running) {}
  }
  for (const [name, endpoint] of Object.entries(table)) {
    Object.defineProperty(Bound.prototype, name, {
      get(this: Bound) {
        return (input: unknown) => () => persist(this.running, name, endpoint as Table[string], input)
      },
    })
  }
  return (running) => new Bound(running) as unknown as Calls<Table>
}
