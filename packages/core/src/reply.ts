import * as E from '#fp-ts/Either'
import * as J from '#fp-ts/Json'
import type * as t from '#io-ts'
import type { Effect, Endpoint, ErrorTable } from './endpoint.js'
import { type At, type ErrorBase, type ErrorDetails, type ErrorTag, type UserError, userError } from './errors.js'
import type { HttpResponse } from './http.js'
import { notAwaited } from './outcome.js'

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

export const secondsOf = (retryAfter: string | undefined): number | undefined => {
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

/** What a refusal means, by the vendor's table. */
const refusal = <Body>(errors: ErrorTable<Body>, at: At, endpoint: string, { status, headers, body: text }: HttpResponse): UserError => {
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

/** One call of a vendor by its name, and how the vendor spells its failures. */
export interface Asked {
  readonly name: string
  readonly endpoint: Endpoint<never, unknown, unknown, unknown>
  readonly errors: ErrorTable<unknown>
}

/** What a reply means to us. */
export const readReply = (
  { name, endpoint, errors }: Asked,
  at: At,
  input: unknown,
  response: HttpResponse,
): E.Either<UserError, unknown> => {
  const { status, headers, body } = response
  const parsed = body === '' ? E.right(undefined) : endpoint.text === true ? E.right(body) : J.parse(body)
  if (status < 200 || status > 299 || (E.isRight(parsed) && errors.failed?.(parsed.right) === true)) {
    const error = refusal(errors, at, name, response)
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

/** What it means that no complete answer came. */
export const noAnswer = (at: At, cause: unknown, effect: Effect, gaveUp: boolean): UserError => {
  const code = codeOf(cause)
  const more = code === undefined ? {} : { code }
  const sent = code === undefined || !neverSent.has(code)
  if (effect === 'once' && sent) return userError('OutcomeUnknown', at, gaveUp ? { code: notAwaited } : more)
  if (gaveUp) return userError('Timeout', at, more)
  return code !== undefined && tooLarge.has(code)
    ? userError('Protocol', at, { path: '', expected: 'a reply of bounded size', ...more })
    : userError('Network', at, more)
}
