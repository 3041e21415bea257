import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { controlRoutes } from './control.js'
import { playFaults } from './play-faults.js'
import { toReply } from './reply.js'
import type { HostedApp, VendorHost } from './vendor-host.js'
import type { Vendor } from './world.js'

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
    const path = pathAsReceived(c)
    const host = [...hosts.values()].find(({ mounts }) => mounts.includes(path.split('/')[1] ?? ''))
    if (host === undefined) return c.json({ message: `no vendor of this sandbox serves ${path}` }, 404)
    const appId = host.emulator.appOf({ path, header: (name) => c.req.header(name) })
    if (appId === undefined) return vendorRefusal(host)
    return answer(c, host.app(appId), path)
  })

  async function answer(c: Context<Env>, hosted: HostedApp, path: string): Promise<Response> {
    const { method } = c.req
    const body = await c.req.text()
    const query = c.env.incoming.url?.split('?').slice(1).join('?') ?? ''
    const rpc = rpcMethod(body)
    const target = { method, path, ...(rpc === undefined ? {} : { rpc }) }
    const logged = hosted.requests.arrived({ ...target, path: query === '' ? path : `${path}?${query}`, at: hosted.world.clock.now() })
    const request = {
      method,
      path,
      body,
      origin: origin(),
      query: new URLSearchParams(query),
      header: (name: string) => c.req.header(name),
    }
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
function pathAsReceived(c: Context<Env>): string {
  return (c.env.incoming.url ?? '/').split('?')[0] ?? '/'
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
