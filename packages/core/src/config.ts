import * as E from '#fp-ts/Either'
import * as t from '#io-ts'
import { type At, type UserErrorOf, userError } from './errors.js'
import { brokenRule, pathSegment } from './rules.js'

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)

const isBaseUrl = (value: unknown): value is string => {
  // A path is put behind it: what is invisible to the parser, such as an empty query or a space at the end, would swallow or spoil it.
  if (typeof value !== 'string' || !URL.canParse(value) || /[?#\s]/.test(value)) return false
  const { protocol, hostname, username, password } = new URL(value)
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) && username + password === ''
}

/** A codec that takes what passes as it is; the name says what was expected. */
export const checked = <A>(name: string, passes: (value: unknown) => value is A): t.Type<A, A, unknown> =>
  new t.Type(name, passes, (value, context) => (passes(value) ? t.success(value) : t.failure(value, context)), t.identity)

/** The address of a service: https, or http on this machine; without user, query or fragment. */
export const BaseUrl = checked('an https URL (http only on this machine)', isBaseUrl)

/** A text with something in it. */
export const NonEmpty = checked('a text that is not empty', (value): value is string => typeof value === 'string' && value.trim() !== '')

/** A text that has a place of its own in the path of a URL. */
export const PathSegment = checked(
  'a text that is not empty, nor one dot or two',
  (value): value is string => brokenRule(pathSegment, value) === undefined,
)

/** A number above 0; the name says of what. */
export const positive = (name: string): t.Type<number, number, unknown> =>
  checked(name, (value): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0)

interface Fields {
  readonly [name: string]: t.Mixed
}

/** The fields that a codec made of `t.type`, `t.partial` and `t.intersection` knows; `undefined` where it is something else. */
const fieldsOf = (codec: t.Mixed): Fields | undefined => {
  const { _tag, props, types } = codec as unknown as {
    readonly _tag?: string
    readonly props?: Fields
    readonly types?: readonly t.Mixed[]
  }
  if (_tag === 'InterfaceType' || _tag === 'PartialType') return props
  if (_tag !== 'IntersectionType' || types === undefined) return undefined
  return Object.assign({}, ...types.map((part) => fieldsOf(part) ?? {})) as Fields
}

const unknownKey = (
  codec: t.Mixed,
  value: unknown,
  path: string,
): { readonly path: string; readonly known: readonly string[] } | undefined => {
  const fields = fieldsOf(codec)
  if (fields === undefined || typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field === undefined) return { path: here, known: Object.keys(fields) }
    const deeper = unknownKey(field, inner, here)
    if (deeper !== undefined) return deeper
  }
  return undefined
}

/** What was expected. Each alternative fails by itself; together they are what there is to choose from. */
const expectedBy = (context: t.Context): string => {
  const types = context.map(
    ({ type }) => type as t.Decoder<unknown, unknown> & { readonly _tag?: string; readonly types?: readonly t.Mixed[] },
  )
  const { types: choices } = types.find(({ _tag }) => _tag === 'UnionType') ?? {}
  return choices?.map(({ name }) => name).join(' or ') ?? types[types.length - 1]?.name ?? 'something else'
}

const isUnnamed = (key: string): boolean => key === '' || /^\d+$/.test(key)

/** Decodes a configuration strictly: a key it does not know is an error. The error names the path and the fix, never a value. */
export const decodeConfig = <A>(at: At, codec: t.Type<A, unknown, unknown>, value: unknown): E.Either<UserErrorOf<'Configuration'>, A> => {
  const unknown = unknownKey(codec, value, '')
  if (unknown !== undefined) {
    const { path, known } = unknown
    return E.left(userError('Configuration', at, { path, problem: 'is not a known key.', fix: `Known keys: ${known.join(', ')}.` }))
  }
  const decoded = codec.decode(value)
  if (E.isRight(decoded)) return decoded
  const context = decoded.left[0]?.context ?? []
  const path =
    context
      .map(({ key }) => key)
      .filter((key) => !isUnnamed(key))
      .join('.') || '(the whole configuration)'
  const last = context[context.length - 1]
  const problem = last?.actual === undefined ? 'is missing.' : 'is not valid.'
  return E.left(userError('Configuration', at, { path, problem, fix: `Expected ${expectedBy(context)}.` }))
}
