import nock from 'nock'

/** A request as it left, with the headers that the vendor package set. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Parsed where it is JSON; the text otherwise. */
  readonly body: unknown
}

/** A JSON object is sent as JSON, a text as it is. */
export type Reply = readonly [status: number, body?: object | string, headers?: Readonly<Record<string, string>>]

const ofTransport = ['host', 'connection', 'user-agent', 'accept-encoding', 'content-length', 'transfer-encoding']

/** Answers the requests to `origin` one after the other, and gives what was sent. A request too many is answered with 599. */
export const serve = (origin: string, ...replies: readonly Reply[]): readonly Sent[] => {
  const sent: Sent[] = []
  const left = [...replies]
  for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
    nock(origin)
      .persist()
      .intercept(() => true, method)
      .reply(function (path, body) {
        const headers = Object.entries(this.req.headers).filter(([name]) => !ofTransport.includes(name))
        const isText = typeof body === 'string' && body.startsWith('{')
        sent.push({ method, path, headers: Object.fromEntries(headers), body: isText ? JSON.parse(body) : body })
        const [status, answer = '', more = {}] = left.shift() ?? [599]
        return [status, answer, more]
      })
  }
  return sent
}
