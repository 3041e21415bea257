import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { controlRoutes } from './control.js'
import { playFaults } from './play-faults.js'
import { toReply } from './reply.js'
import { type HostedApp, hostFor, type VendorHost } from './vendor-host.js'
import type { Vendor, VendorRequest } from './world.js'

type Env = { Bindings: HttpBindings }

export interface HttpAppOptions {
  readonly hosts: ReadonlyMap<Vendor, VendorHost>
  /** Known once the server listens. */
  readonly origin: () => string
  readonly stopping: AbortSignal
  /** Called after every request that may have changed something. */
  readonly onChange: () => void
}

/** Every path of the server: the control surface, and each vendor at its own mounts. */
export function createHttpApp({ hosts, origin, stopping, onChange }: HttpAppOptions): Hono<Env> {
  const app = new Hono<Env>()
  app.use(cors({ exposeHeaders: ['ETag', 'Location', 'Retry-After', 'X-Kinvey-Request-Id', 'X-Set-Monaca-Cloud-Session'] }))
  app.onError((error, c) =>
    stopping.aborted ? c.body(null, 503) : c.json({ message: `the sandbox itself failed: ${error.message}` }, 500),
  )
  app.route('/_sandbox', controlRoutes({ hosts, origin, onChange }))
  app.all('*', async (c) => {
    const { received, query } = urlAsReceived(c)
    const found = hostFor(hosts.values(), received)
    if (found === undefined) return c.json({ message: `no vendor of this sandbox serves ${received}` }, 404)
    const { host, path } = found
    const request: VendorRequest = {
      method: c.req.method,
      path,
      body: await c.req.text(),
      origin: origin(),
      query: new URLSearchParams(query),
      header: (name) => c.req.header(name),
    }
    const appId = host.emulator.appOf(request)
    return appId === undefined ? vendorRefusal(host) : answer(c, host.app(appId), request, query)
  })

  async function answer(c: Context<Env>, hosted: HostedApp, request: VendorRequest, query: string): Promise<Response> {
    const { method, path, body } = request
    const rpc = rpcMethod(body)
    const target = { method, path, ...(rpc === undefined ? {} : { rpc }) }
    const logged = hosted.requests.arrived({ ...target, path: query === '' ? path : `${path}?${query}`, at: hosted.world.clock.now() })
    try {
      const wire = { incoming: c.env.incoming, outgoing: c.env.outgoing, stopping }
      const { status, response } = await playFaults(hosted.faults.strikes(target), () => hosted.handle(request), wire)
      logged.answered(status)
      return response
    } finally {
      onChange()
    }
  }
  return app
}

/** Still percent-encoded: a `+` and an encoded slash mean different things to the vendors. */
function urlAsReceived(c: Context<Env>): { readonly received: string; readonly query: string } {
  const [received = '/', ...query] = (c.env.incoming.url ?? '/').split('?')
  return { received, query: query.join('?') }
}

function vendorRefusal(host: VendorHost): Response {
  const { status, headers, body } = toReply(host.emulator.appNotFound ?? { status: 404, body: { message: 'the request names no app' } })
  return new Response(body, { status, headers })
}

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
