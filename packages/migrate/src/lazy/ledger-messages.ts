import { errorTags, type Identifier, type Session, type UserId } from '@userport/core'
import * as t from '#io-ts'
import type { Claim, Exchange, MoveProof, Standing, Tail } from './move-ledger.js'

/** How a remote ledger is asked and answers: JSON both ways. */

const username = t.strict({ username: t.string })
const email = t.strict({ email: t.string })
const phone = t.strict({ phone: t.string })
const identifier = t.union([username, email, phone]) as unknown as t.Type<Identifier, unknown, unknown>

const session = t.intersection([
  t.type({
    vendor: t.string,
    userId: t.string,
    kind: t.union([t.literal('registered'), t.literal('anonymous')]),
    secrets: t.record(t.string, t.string),
  }),
  t.partial({ expiresAt: t.number }),
]) as unknown as t.Type<Session, unknown, unknown>

export const questions = {
  standing: t.type({ identifier }),
  claim: t.type({ identifier, session, password: t.string, newPassword: t.string }) as unknown as t.Type<MoveProof, unknown, unknown>,
  exchange: t.type({ session }),
  record: t.type({ from: session, targetId: t.string as unknown as t.Type<UserId, unknown, unknown> }),
  tail: t.type({}),
} as const

export const answers = {
  standing: t.union([t.literal('unknown'), t.literal('waiting'), t.literal('come')]) as t.Type<Standing, unknown, unknown>,
  claim: t.union([
    t.type({ outcome: t.union([t.literal('claimed'), t.literal('come')]), identifier }),
    t.type({ outcome: t.literal('absent') }),
  ]) as unknown as t.Type<Claim, unknown, unknown>,
  exchange: t.union([
    t.type({ outcome: t.union([t.literal('exchanged'), t.literal('stays')]), session }),
    t.type({ outcome: t.literal('come') }),
  ]) as unknown as t.Type<Exchange, unknown, unknown>,
  record: t.UnknownRecord,
  tail: t.type({ people: t.number, come: t.number, waiting: t.number, behind: t.number }) as t.Type<Tail, unknown, unknown>,
} as const

export type Question = keyof typeof questions

/** What an answer holds, so that nothing but JSON objects travels. */
export const answered = <A>(codec: t.Type<A, unknown, unknown>) => t.type({ answer: codec })

/** What a refusal says. Nothing else of an error leaves the server. */
export const Refusal = t.intersection([
  t.type({ tag: t.keyof(Object.fromEntries(errorTags.map((tag) => [tag, null])) as Record<(typeof errorTags)[number], null>) }),
  t.partial({
    rule: t.string,
    minimumLength: t.number,
    retryAfter: t.number,
    field: t.string,
    what: t.union([t.literal('email'), t.literal('phone')]),
  }),
])
export type Refusal = t.TypeOf<typeof Refusal>
