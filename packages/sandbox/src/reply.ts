import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { VendorResponse } from './world.js'

/** A reply as it goes on the wire. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Objects become JSON, with `application/json` unless the emulator names its own `content-type`. */
export function toReply({ status, headers = {}, body }: VendorResponse): Reply {
  if (body === undefined) return { status, headers, body: null }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/plain;charset=UTF-8' : 'application/json'
  return { status, headers: 'content-type' in headers ? headers : { ...headers, 'content-type': type }, body: text }
}

/** What a page of an app may read, besides the headers that it may read anyway. */
export const exposedHeaders = ['ETag', 'Location', 'Retry-After', 'X-Kinvey-Request-Id', 'X-Set-Monaca-Cloud-Session'] as const

const exposed = exposedHeaders.join(',')

export function writeHead(outgoing: ServerResponse, { status, headers }: Reply, length: number): void {
  const head: OutgoingHttpHeaders = { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed, ...headers }
  if (status !== 204 && status !== 304) head['content-length'] = length
  outgoing.writeHead(status, head)
}

export function writeReply(outgoing: ServerResponse, reply: Reply): void {
  const text = reply.body ?? ''
  const length = Buffer.byteLength(text)
  writeHead(outgoing, reply, length)
  // As ASCII, a body leaves in one piece with the head.
  if (length === text.length) outgoing.end(text, 'latin1')
  else outgoing.end(Buffer.from(text))
}
