import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { secureHeaders } from 'hono/secure-headers'
import { ControlError } from '../json-fields.js'
import type { VendorHost } from '../vendor-host.js'
import type { ControlOptions } from '../vendor-listener.js'
import { script, stylesheet } from './assets.js'
import type { Html } from './elements.js'
import { layout, liveRegion, root, tabLinks } from './layout.js'
import { overview } from './overview.js'
import type { ConsoleApp, Tab } from './tab.js'
import { tabs } from './tabs/index.js'

/** What goes into a page besides what its tab shows. */
interface Given {
  /** In place of what the tab shows. */
  readonly answer?: Html | undefined
  readonly refused?: { readonly message: string; readonly fields: URLSearchParams }
}

const contentOf = async (tab: Tab, app: ConsoleApp, query: URLSearchParams, { answer, refused }: Given): Promise<Html> => {
  const forms = html`<section class="actions">${tab.forms?.(app, refused?.fields ?? query) ?? ''}</section>`
  const shown = answer ?? tab.show(app, query)
  const isLive = tab.live === true && answer === undefined
  const section = html`<section>${isLive ? await liveRegion(shown, query) : shown}</section>`
  const alert = refused === undefined ? '' : html`<p role="alert">${refused.message}</p>`
  // What grows is below what does not.
  return html`${alert}${tab.live === true ? [forms, section] : [section, forms]}`
}

const missing = async (c: Context) => c.html(await layout({ title: 'There is no such page', content: html`` }), 404)

/** The pages that show people what the control surface tells programs. */
export function consoleRoutes({ hosts, origin, onChange }: ControlOptions): Hono {
  const routes = new Hono()
  routes.use(
    secureHeaders({
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ['data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  routes.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })

  routes.get('/console.css', (c) => c.body(stylesheet(), 200, { 'content-type': 'text/css; charset=utf-8' }))
  routes.get('/htmx.js', (c) => c.body(script(), 200, { 'content-type': 'text/javascript; charset=utf-8' }))

  routes.get('/', async (c) => c.html(await overview(hosts)))
  // A form cannot put its fields into a path.
  routes.get('/open', (c) => c.redirect(`${root}/${c.req.query('vendor')}/${encodeURIComponent(c.req.query('appId') ?? '')}/users`, 303))

  const hostOf = (c: Context): VendorHost | undefined => [...hosts.values()].find(({ vendor }) => vendor === c.req.param('vendor'))

  routes.on(['GET', 'POST'], '/:vendor/:appId/:tab', async (c) => {
    const [host, name] = [hostOf(c), c.req.param('tab')]
    const tab = tabs.get(name)
    if (host === undefined || tab === undefined) return missing(c)
    const { world } = host.app(c.req.param('appId'))
    const app: ConsoleApp = { world, emulator: host.emulator, origin: origin() }
    const { pathname, searchParams } = new URL(c.req.url)
    const query = c.req.method === 'GET' ? searchParams : new URLSearchParams()
    const page = async (given: Given) =>
      layout({ title: `${world.vendor}: ${world.appId}`, links: tabLinks(name), content: await contentOf(tab, app, query, given) })

    if (c.req.method === 'GET') {
      if (!query.has('seen')) return c.html(await page({}))
      const newer = await liveRegion(tab.show(app, query), query)
      return newer === undefined ? c.body(null, 204) : c.html(newer)
    }
    const act = new Map(Object.entries(tab.actions ?? {})).get(searchParams.get('do') ?? '')
    if (act === undefined) return missing(c)
    const fields = new URLSearchParams(await c.req.text())
    try {
      const answer = act(app, fields)
      onChange()
      return answer === undefined ? c.redirect(pathname, 303) : c.html(await page({ answer }))
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      return c.html(await page({ refused: { message: error.message, fields } }), error.status)
    }
  })

  routes.all('*', missing)
  return routes
}
