import * as E from '#fp-ts/Either'
import * as J from '#fp-ts/Json'
import * as t from '#io-ts'
import type { Session, User } from './user.js'

const session = t.intersection([
  t.type({
    vendor: t.string,
    userId: t.string,
    kind: t.union([t.literal('registered'), t.literal('anonymous')]),
    secrets: t.record(t.string, t.string),
  }),
  t.partial({ expiresAt: t.number }),
])

const snapshot = t.type({
  fetchedAt: t.string,
  user: t.type({
    id: t.string,
    vendor: t.string,
    kind: session.types[0].props.kind,
    attributes: t.UnknownRecord,
    identities: t.UnknownArray,
    status: t.string,
    vendorData: t.UnknownRecord,
  }),
})

/** The last known user and when the server said so (ISO 8601). */
export interface Snapshot {
  readonly user: User
  readonly fetchedAt: string
}

const decode = <A>(codec: t.Decoder<unknown, unknown>, text: string): A | undefined => {
  const parsed = J.parse(text)
  const decoded = E.isRight(parsed) ? codec.decode(parsed.right) : parsed
  return E.isRight(decoded) ? (decoded.right as A) : undefined
}

export const isSession = (value: unknown): boolean => session.is(value)

/** Which part of a session is not what it must be, e.g. `session.secrets.token`; `undefined` where all is well. */
export const flawInSession = (value: unknown): string | undefined => {
  const decoded = session.decode(value)
  if (E.isRight(decoded)) return undefined
  const keys = (decoded.left[0]?.context ?? []).map(({ key }) => key).filter((key) => !/^\d*$/.test(key))
  return ['session', ...keys].join('.')
}

// What is in a store was written by an earlier version of this library or by nobody: it is read as carefully as a reply.
export const readSession = (text: string): Session | undefined => decode<Session>(session, text)
export const readTexts = (text: string): Readonly<Record<string, string>> | undefined => decode(t.record(t.string, t.string), text)
export const readSnapshot = (text: string): Snapshot | undefined => decode<Snapshot>(snapshot, text)
