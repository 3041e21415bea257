import * as E from '#fp-ts/Either'
import { pause, type Running } from './deadline.js'
import type { Calls, Endpoint, Endpoints, ErrorTable } from './endpoint.js'
import type { UserError } from './errors.js'
import type { HttpClient } from './http.js'
import { type Asked, noAnswer, readReply, secondsOf } from './reply.js'
import { settle } from './settle.js'
import { Stop, type StopSignal } from './stop-signal.js'

const attempts = 3

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

/** One call of a vendor: asks, reads what comes, and asks again where that does no harm. */
class VendorCall<Config> {
  readonly #asked: Asked
  readonly #endpoint: Endpoint<Config, unknown, unknown, unknown>
  readonly #client: HttpClient
  readonly #config: Config

  constructor(
    name: string,
    endpoint: Endpoint<Config, unknown, unknown, unknown>,
    { errors, client, config }: { readonly errors: ErrorTable<unknown>; readonly client: HttpClient; readonly config: Config },
  ) {
    this.#asked = { name, endpoint, errors }
    this.#endpoint = endpoint
    this.#client = client
    this.#config = config
  }

  async run(running: Running, input: unknown): Promise<E.Either<UserError, unknown>> {
    for (let attempt = 1; ; attempt += 1) {
      const { outcome, retryAfter } = await this.#send(running, input)
      if (E.isRight(outcome) || this.#endpoint.effect !== 'read' || attempt === attempts || !outcome.left.retryable) return outcome
      const wait = retryAfter === undefined ? 100 * 2 ** attempt * (0.5 + Math.random() / 2) : retryAfter * 1000
      if (wait >= running.remaining()) return outcome
      await pause(wait, running.signal)
      if (running.signal.aborted) return outcome
    }
  }

  async #send(running: Running, input: unknown): Promise<Attempt> {
    const { at, signal } = running
    const request = this.#endpoint.request(input, this.#config)
    const once = this.#endpoint.effect === 'once' ? askOnce(running) : undefined
    const wanted = once?.signal ?? signal
    const answer = await settle(() => this.#client.send(request, wanted))
    once?.answered()
    const outcome = E.isRight(answer)
      ? readReply(this.#asked, at, input, answer.right)
      : E.left(noAnswer(at, answer.left, this.#endpoint.effect, wanted.aborted))
    const renewed = E.isRight(answer) ? this.#endpoint.renewed?.(input, answer.right.headers) : undefined
    if (renewed !== undefined) running.renewed?.(renewed)
    // Once it is carried out, what follows in the same operation may still run out of time: then the app must not take it for undone.
    if (once !== undefined && E.isLeft(outcome) && outcome.left._tag !== 'OutcomeUnknown') running.unsure(false)
    return { outcome, retryAfter: E.isRight(answer) ? secondsOf(answer.right.headers['retry-after']) : undefined }
  }
}

/** The only code that turns HTTP into values and `UserError`s. */
export const createCalls = <Config, Table extends Endpoints<Config>, Body>(
  table: Table,
  errors: ErrorTable<Body>,
  client: HttpClient,
  config: Config,
): ((running: Running) => Calls<Table>) => {
  // Every operation gets calls of its own: only those that it uses are made.
  class Bound {
    constructor(readonly running: Running) {}
  }
  for (const [name, endpoint] of Object.entries(table)) {
    const call = new VendorCall(name, endpoint, { errors: errors as ErrorTable<unknown>, client, config })
    Object.defineProperty(Bound.prototype, name, {
      get(this: Bound) {
        return (input: unknown) => () => call.run(this.running, input)
      },
    })
  }
  return (running) => new Bound(running) as unknown as Calls<Table>
}
