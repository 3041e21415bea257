import type { Result, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import * as J from '#fp-ts/Json'
import * as t from '#io-ts'
import { type Question, questions, type Refusal } from './ledger-messages.js'
import type { MoveLedger } from './move-ledger.js'

export interface LedgerHandlerOptions {
  /** Answer `tail` too: the counts of a move are for whoever may ask this handler then (default no). */
  readonly tail?: boolean
}

// More than any session and password together.
const largest = 65_536

const statuses: Readonly<Partial<Record<UserError['_tag'], number>>> = {
  RateLimited: 429,
  Unavailable: 503,
  Network: 503,
  Timeout: 503,
  Forbidden: 403,
}

const reply = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers } })

const refusalOf = (error: UserError): Refusal => {
  const { rule, minimumLength, retryAfter, field, what } = error as Partial<Refusal>
  const said = Object.entries({ rule, minimumLength, retryAfter, field, what }).filter(([, value]) => value !== undefined)
  return { tag: error._tag, ...Object.fromEntries(said) }
}

const refuse = (error: UserError): Response => {
  const waits = error._tag === 'RateLimited' ? error.retryAfter : undefined
  return reply(statuses[error._tag] ?? 400, refusalOf(error), waits === undefined ? {} : { 'retry-after': String(waits) })
}

const unreadable = (status: number): Response =>
  reply(status, { tag: 'InvalidInput', field: 'body', rule: 'is not a question to this ledger' } satisfies Refusal)

const Asked = t.type({ question: t.keyof({ standing: null, claim: null, exchange: null, record: null, tail: null }), input: t.unknown })

/** The text of a request; `undefined` where it is longer than any question. */
const bodyOf = async ({ body }: Request): Promise<string | undefined> => {
  const decoder = new TextDecoder()
  const reader = body?.getReader()
  let text = ''
  for (;;) {
    const chunk = await reader?.read()
    if (chunk === undefined || chunk.done) return text + decoder.decode()
    text += decoder.decode(chunk.value, { stream: true })
    if (text.length > largest) {
      await reader?.cancel()
      return undefined
    }
  }
}

/**
 * A ledger behind a URL, as a `fetch` handler for any server: `remoteLedger` is the other end. Mount it on https, and let your server
 * say which sites may call it. It never rejects, and tells of an error no more than its tag and what the user must correct.
 */
export const moveLedgerHandler = (
  ledger: MoveLedger,
  { tail = false }: LedgerHandlerOptions = {},
): ((request: Request) => Promise<Response>) => {
  const ask = (question: Question, input: unknown): Result<unknown> | undefined => {
    switch (question) {
      case 'standing': {
        const read = questions.standing.decode(input)
        return E.isRight(read) ? ledger.standing(read.right.identifier) : undefined
      }
      case 'claim': {
        const read = questions.claim.decode(input)
        return E.isRight(read) ? ledger.claim(read.right) : undefined
      }
      case 'exchange': {
        const read = questions.exchange.decode(input)
        if (E.isLeft(read)) return undefined
        return ledger.exchange?.(read.right.session) ?? (async () => E.right({ outcome: 'stays', session: read.right.session }))
      }
      case 'record': {
        const read = questions.record.decode(input)
        return E.isRight(read) ? ledger.record(read.right) : undefined
      }
      case 'tail':
        return tail ? ledger.tail() : undefined
    }
  }

  return async (request) => {
    if (request.method !== 'POST') return unreadable(405)
    const text = await bodyOf(request).catch(() => undefined)
    if (text === undefined) return unreadable(413)
    const parsed = J.parse(text)
    const asked = E.isRight(parsed) ? Asked.decode(parsed.right) : parsed
    const work = E.isRight(asked) ? ask(asked.right.question, asked.right.input) : undefined
    if (work === undefined) return unreadable(400)
    const outcome = await work().catch((): undefined => undefined)
    if (outcome === undefined) return reply(500, { tag: 'Unavailable' } satisfies Refusal)
    return E.isLeft(outcome) ? refuse(outcome.left) : reply(200, { answer: outcome.right ?? {} })
  }
}
