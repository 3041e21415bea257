import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { FaultKind } from './faults.js'
import { type Reply, toReply } from './reply.js'
import type { VendorResponse } from './world.js'

/** The connection on which a fault is played. */
export interface Wire {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal
}

/** What the client got; status 0 where it got no whole reply. */
export interface Played {
  readonly status: number
  readonly response: Response
}

const noReply: Played = { status: 0, response: RESPONSE_ALREADY_SENT }

/** Answers a request, or spoils the answer as the faults say. `handle` is called once for each time the vendor does the work. */
export async function playFaults(kinds: readonly FaultKind[], handle: () => Promise<VendorResponse>, wire: Wire): Promise<Played> {
  for (const kind of kinds) {
    switch (kind.type) {
      case 'latency':
        await pause(kind.milliseconds, undefined, { signal: wire.stopping })
        break
      case 'hang':
        await clientGone(wire)
        return noReply
      case 'status':
        return page(kind.status, `${kind.status}\n`, 'text/plain', kind.retryAfter)
      case 'html':
        return page(kind.status ?? 200, '<!DOCTYPE html><title>Proxy</title><h1>Please sign in to the network</h1>', 'text/html')
      case 'shape':
        return page(200, '[{"unexpected":true}]', 'application/json')
      case 'reset':
        if (kind.after === 'write') await handle()
        wire.incoming.socket.resetAndDestroy()
        return noReply
      case 'truncate':
        cutInHalf(toReply(await handle()), wire)
        return noReply
      case 'duplicate':
        await handle()
    }
  }
  return whole(toReply(await handle()))
}

function whole({ status, headers, body }: Reply): Played {
  return { status, response: new Response(body, { status, headers }) }
}

function page(status: number, text: string, contentType: string, retryAfter?: string): Played {
  const body = [204, 205, 304].includes(status) ? null : text
  return whole({
    status,
    headers: { 'content-type': contentType, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
    body,
  })
}

function clientGone({ incoming }: Wire): Promise<void> {
  return new Promise((resolve) => {
    incoming.socket.once('close', () => resolve())
  })
}

/** Without a body there is nothing to halve: then the connection is cut before the reply. */
function cutInHalf({ status, headers, body }: Reply, { incoming, outgoing }: Wire): void {
  if (body === null) {
    incoming.socket.resetAndDestroy()
    return
  }
  const bytes = Buffer.from(body)
  outgoing.writeHead(status, { 'access-control-allow-origin': '*', ...headers, 'content-length': bytes.length })
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => incoming.socket.destroy())
}
