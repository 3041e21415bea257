import type { ServerResponse } from 'node:http'
import type { VendorResponse } from './world.js'

/** A reply as it goes on the wire. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Objects become JSON, with `application/json` unless the emulator names its own type. */
export function toReply({ status, headers = {}, body }: VendorResponse): Reply {
  if (body === undefined) return { status, headers, body: null }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  const type = typeof body === 'string' ? 'text/plain;charset=UTF-8' : 'application/json'
  return { status, headers: named ? headers : { ...headers, 'content-type': type }, body: text }
}

/** What a page of an app may read, besides the headers that it may read anyway. */
export const exposedHeaders = ['ETag', 'Location', 'Retry-After', 'X-Kinvey-Request-Id', 'X-Set-Monaca-Cloud-Session'] as const

const forBrowsers = { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposedHeaders.join(',') }

export function writeHead(outgoing: ServerResponse, { status, headers }: Reply, length: number): void {
  const sized = status === 204 || status === 304 ? {} : { 'content-length': length }
  outgoing.writeHead(status, { ...forBrowsers, ...headers, ...sized })
}

export function writeReply(outgoing: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body ?? '')
  writeHead(outgoing, reply, bytes.length)
  outgoing.end(bytes)
}
