import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { FaultKind } from './faults.js'
import { type Reply, toReply, writeHead } from './reply.js'
import type { VendorResponse } from './world.js'

/** The connection on which a fault is played. */
export interface Wire {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal
}

/**
 * What a request is answered with, spoilt as the faults say; `undefined` where the client gets no whole reply. `handle` is called once
 * for each time the vendor does the work.
 */
export async function playFaults(
  kinds: readonly FaultKind[],
  handle: () => Promise<VendorResponse> | VendorResponse,
  wire: Wire,
): Promise<Reply | undefined> {
  let replyDelay = 0
  for (const kind of kinds) {
    switch (kind.type) {
      case 'latency':
        if (kind.after === 'write') replyDelay += kind.milliseconds
        else await pause(kind.milliseconds, undefined, { signal: wire.stopping })
        break
      case 'hang':
        await clientGone(wire)
        return undefined
      case 'status':
        return page(kind.status, `${kind.status}\n`, 'text/plain', kind.retryAfter)
      case 'html':
        return page(kind.status ?? 200, '<!DOCTYPE html><title>Proxy</title><h1>Please sign in to the network</h1>', 'text/html')
      case 'shape':
        return page(200, '[{"unexpected":true}]', 'application/json')
      case 'reset':
        if (kind.after === 'write') await handle()
        wire.incoming.socket.resetAndDestroy()
        return undefined
      case 'truncate':
        cutInHalf(toReply(await handle()), wire)
        return undefined
      case 'duplicate':
        await handle()
    }
  }
  const reply = toReply(await handle())
  if (replyDelay > 0) await pause(replyDelay, undefined, { signal: wire.stopping })
  return reply
}

function page(status: number, text: string, contentType: string, retryAfter?: string): Reply {
  const body = [204, 205, 304].includes(status) ? null : text
  return { status, headers: { 'content-type': contentType, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) }, body }
}

function clientGone({ incoming }: Wire): Promise<void> {
  return new Promise((resolve) => {
    incoming.socket.once('close', () => resolve())
  })
}

/** Without a body there is nothing to halve: then the connection is cut before the reply. */
function cutInHalf(reply: Reply, { incoming, outgoing }: Wire): void {
  if (reply.body === null) {
    incoming.socket.resetAndDestroy()
    return
  }
  const bytes = Buffer.from(reply.body)
  writeHead(outgoing, reply, bytes.length)
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => incoming.socket.destroy())
}
