import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { controlRoutes } from './control.js'
import { exposedHeaders } from './reply.js'
import type { VendorListenerOptions } from './vendor-listener.js'

/** The control surface, and what a browser asks before it calls a vendor. */
export function createHttpApp({ stopping, ...options }: VendorListenerOptions): Hono {
  const app = new Hono()
  app.use(cors({ exposeHeaders: [...exposedHeaders] }))
  app.onError((error, c) =>
    stopping.aborted ? c.body(null, 503) : c.json({ message: `the sandbox itself failed: ${error.message}` }, 500),
  )
  app.route('/_sandbox', controlRoutes(options))
  app.all('*', (c) => c.json({ message: `no vendor of this sandbox serves ${c.req.path}` }, 404))
  return app
}
