import type * as t from '#io-ts'
import type { ErrorTag } from './errors.js'
import type { HttpRequest, HttpResponse } from './http.js'
import type { Result } from './result.js'
import type { Session } from './user.js'

/**
 * What asking again does. `read`: no harm, so it is tried again by itself. `write`: the app may try again.
 * `once`: harm, so a lost answer is `OutcomeUnknown` until a look-up tells.
 */
export type Effect = 'read' | 'write' | 'once'

/** Whose session was renewed, and the secrets that take the place of those it had. */
export type Renewal = Pick<Session, 'userId' | 'secrets'>

/** One call of a vendor: how to ask, how to read the answer, what it means to us. */
export interface Endpoint<Config, Input, Wire, Output> {
  readonly effect: Effect
  request(input: Input, config: Config): HttpRequest
  /** Reads the JSON of a successful answer; `undefined` where the body is empty. It must not transform: what passes its guard is taken as it is. */
  readonly response: t.Decoder<unknown, Wire>
  /** The answer is a page or plain text, not JSON: the decoder gets it as it is. */
  readonly text?: true
  result(wire: Wire, input: Input, headers: HttpResponse['headers']): Output
  /** What a reply of whatever kind renews in the call's own session, for a vendor that renews it with refusals too. */
  renewed?(input: NoInfer<Input>, headers: HttpResponse['headers']): Renewal | undefined
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
