import type { IncomingMessage, ServerResponse } from 'node:http'
import { playFaults, type Wire } from './play-faults.js'
import { toReply, writeReply } from './reply.js'
import { type HostedApp, hostFor, type VendorHost } from './vendor-host.js'
import type { Vendor, VendorRequest } from './world.js'

export interface ControlOptions {
  readonly hosts: ReadonlyMap<Vendor, VendorHost>
  /** Known once the server listens. */
  readonly origin: () => string
  /** Called after every request that may have changed something. */
  readonly onChange: () => void
}

export interface VendorListenerOptions extends ControlOptions {
  readonly stopping: AbortSignal
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/**
 * Answers what is sent to the vendors' own paths; `undefined` where a request is not. On the plain server, because the objects of the
 * web's own Request and Response cost more than the vendors' work, and a migration sends hundreds of thousands of requests.
 */
export function createVendorListener({ hosts, origin, stopping, onChange }: VendorListenerOptions): (url: string) => Listener | undefined {
  return (url) => {
    // Still percent-encoded: a `+` and an encoded slash mean different things to the vendors.
    const [received = '/', ...rest] = url.split('?')
    const found = hostFor(hosts.values(), received)
    if (found === undefined) return undefined
    const query = rest.join('?')
    return async (incoming, outgoing) => {
      const request: VendorRequest = {
        method: incoming.method ?? 'GET',
        path: found.path,
        body: await textOf(incoming),
        origin: origin(),
        query: new URLSearchParams(query),
        header: (name) => incoming.headers[name.toLowerCase()]?.toString(),
      }
      const appId = found.host.emulator.appOf(request)
      if (appId === undefined) writeReply(outgoing, appNotFound(found.host))
      else await answer(found.host.app(appId), request, query, { incoming, outgoing, stopping })
    }
  }

  async function answer(hosted: HostedApp, request: VendorRequest, query: string, wire: Wire): Promise<void> {
    const { method, path, body } = request
    const rpc = rpcMethod(body)
    const logged = hosted.requests.arrived({ method, path: query === '' ? path : `${path}?${query}`, rpc, at: hosted.world.clock.now() })
    try {
      const reply = await playFaults(hosted.faults.strikes({ method, path, rpc }), () => hosted.handle(request), wire)
      logged.answered(reply?.status ?? 0)
      if (reply !== undefined) writeReply(wire.outgoing, reply)
    } catch (error) {
      const message = `the sandbox itself failed: ${error instanceof Error ? error.message : String(error)}`
      writeReply(wire.outgoing, toReply(stopping.aborted ? { status: 503 } : { status: 500, body: { message } }))
    } finally {
      onChange()
    }
  }
}

/** By the stream's events: its iterator costs more than what most requests ask for. */
function textOf(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    incoming
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => resolve(Buffer.concat(chunks).toString()))
      .on('error', reject)
  })
}

const appNotFound = ({ emulator }: VendorHost) =>
  toReply(emulator.appNotFound ?? { status: 404, body: { message: 'the request names no app' } })

/** The JSON-RPC method that a body calls, if it is such a call. */
function rpcMethod(body: string): string | undefined {
  if (!body.startsWith('{') || !body.includes('"method"')) return undefined
  try {
    const call: unknown = JSON.parse(body)
    const isCall = typeof call === 'object' && call !== null && 'method' in call && ('jsonrpc' in call || 'params' in call)
    return isCall && typeof call.method === 'string' ? call.method : undefined
  } catch {
    return undefined
  }
}
