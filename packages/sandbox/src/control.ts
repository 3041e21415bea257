import { type Context, Hono } from 'hono'
import { consoleRoutes } from './console/routes.js'
import * as input from './control-input.js'
import { fault } from './fault-input.js'
import { badInput, ControlError, jsonObject } from './json-fields.js'
import type { HostedApp, VendorHost } from './vendor-host.js'
import type { ControlOptions } from './vendor-listener.js'

/** The control surface over HTTP: per app, what a `World` offers in process. */
export function controlRoutes({ hosts, origin, onChange }: ControlOptions): Hono {
  const routes = new Hono()

  routes.onError((error, c) => {
    if (error instanceof ControlError) return c.json({ message: error.message }, error.status)
    throw error
  })

  routes.get('/', (c) =>
    c.json({
      origin: origin(),
      vendors: [...hosts.keys()],
      apps: [...hosts.values()].flatMap(({ vendor, apps }) => apps().map(({ world }) => ({ vendor, appId: world.appId }))),
    }),
  )

  routes.route('/console', consoleRoutes({ hosts, origin, onChange }))

  const hostOf = (c: Context): VendorHost => {
    const name = c.req.param('vendor')
    const host = [...hosts.values()].find(({ vendor }) => vendor === name)
    if (host === undefined) throw badInput('vendor', `must be one of ${[...hosts.keys()].join(', ')}`)
    return host
  }
  const appIdOf = (c: Context): string => c.req.param('appId') ?? ''

  /** A route of one app: what `act` returns is the reply, nothing is 204. */
  const route = (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    act: (app: HostedApp, body: Readonly<Record<string, unknown>>, host: VendorHost, signal: AbortSignal) => unknown,
  ): void => {
    routes.on(method, `/:vendor/:appId${path}`, async (c) => {
      const host = hostOf(c)
      const result = await act(host.app(appIdOf(c)), jsonObject(await c.req.text()), host, c.req.raw.signal)
      if (method !== 'GET') onChange()
      return result === undefined ? c.body(null, 204) : c.json(result)
    })
  }

  route('GET', '/connection', ({ world }, _body, host) => host.emulator.connection(origin(), world.appId))

  route('GET', '/outbox', ({ world }) => ({ messages: world.outbox.messages() }))
  route('DELETE', '/outbox', ({ world }) => world.outbox.clear())
  route('POST', '/outbox/next', ({ world }, body, _host, signal) => {
    const { wanted, timeoutMs } = input.wantedMessage(body)
    return world.outbox.next(wanted, timeoutMs, signal).catch((error: Error) => {
      throw new ControlError(404, error.message)
    })
  })

  route('GET', '/settings', ({ world }) => world.settings)
  route('PATCH', '/settings', ({ world }, body, { emulator }) => {
    world.set(input.settingChanges(body, { ...emulator.defaultSettings }, emulator.settingChoices))
    return world.settings
  })

  route('GET', '/clock', ({ world }) => ({ now: world.clock.now() }))
  route('POST', '/clock/freeze', ({ world }, body) => {
    world.clock.freeze(input.freezeAt(body))
    return { now: world.clock.now() }
  })
  route('POST', '/clock/advance', ({ world }, body) => {
    world.clock.advance(input.advanceBy(body, world.clock.now()))
    return { now: world.clock.now() }
  })
  route('POST', '/clock/reset', ({ world }) => {
    world.clock.reset()
    return { now: world.clock.now() }
  })

  route('GET', '/faults', ({ world }) => ({ faults: world.faults.list() }))
  route('POST', '/faults', ({ world }, body) => {
    world.faults.add(fault(body))
    return { faults: world.faults.list() }
  })
  route('DELETE', '/faults', ({ world }) => world.faults.clear())

  route('GET', '/requests', ({ world }) => ({ requests: world.requests.all() }))
  route('DELETE', '/requests', ({ world }) => world.requests.clear())

  route('GET', '/users', ({ world }) => ({ users: world.users() }))
  route('GET', '/sessions', ({ world }) => ({ sessions: world.sessions() }))
  route('POST', '/seed', ({ world }, body) => ({ users: world.seed(input.seedCount(body)) }))
  route('GET', '/snapshot', ({ world }) => world.snapshot())
  route('POST', '/restore', ({ world }, body) => {
    try {
      world.restore(body)
    } catch (error) {
      throw badInput('body', `is ${error instanceof Error ? error.message : String(error)}`)
    }
  })
  route('POST', '/reset', ({ world }) => world.reset())

  routes.all('*', (c) => c.json({ message: `the control surface has no ${c.req.method} ${c.req.path}` }, 404))
  return routes
}
