import type { IncomingMessage, ServerResponse } from 'node:http'
import { playFaults } from './play-faults.js'
import { toReply, writeReply } from './reply.js'
import { type HostedApp, hostFor, type VendorHost } from './vendor-host.js'
import type { Vendor, VendorRequest } from './world.js'

export interface VendorListenerOptions {
  readonly hosts: ReadonlyMap<Vendor, VendorHost>
  /** Known once the server listens. */
  readonly origin: () => string
  readonly stopping: AbortSignal
  /** Called after every request that may have changed something. */
  readonly onChange: () => void
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
      else await answer(found.host.app(appId), request, query, { incoming, outgoing })
    }
  }

  async function answer(
    hosted: HostedApp,
    request: VendorRequest,
    query: string,
    wire: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse },
  ): Promise<void> {
    const { method, path, body } = request
    const rpc = rpcMethod(body)
    const target = { method, path, ...(rpc === undefined ? {} : { rpc }) }
    const logged = hosted.requests.arrived({ ...target, path: query === '' ? path : `${path}?${query}`, at: hosted.world.clock.now() })
    try {
      const reply = await playFaults(hosted.faults.strikes(target), () => hosted.handle(request), { ...wire, stopping })
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

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
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
