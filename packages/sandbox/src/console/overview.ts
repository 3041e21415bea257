import { html } from 'hono/html'
import type { VendorHost } from '../vendor-host.js'
import type { Vendor } from '../world.js'
import { type Html, table } from './elements.js'
import { layout, root } from './layout.js'

const appRow = ({ vendor, apps }: VendorHost) =>
  apps().map(({ world }) => [
    vendor,
    html`<a href="${root}/${vendor}/${encodeURIComponent(world.appId)}/users">${world.appId}</a>`,
    world.users().length,
    world.sessions().length,
    world.outbox.messages().length,
  ])

/** The apps that were used so far. */
export const overview = (hosts: ReadonlyMap<Vendor, VendorHost>): Html =>
  layout({
    title: 'Apps',
    content: html`
      <section>
        <form class="form" method="get" action="${root}/open">
          <select name="vendor" aria-label="Vendor">${[...hosts.keys()].map((vendor) => html`<option>${vendor}</option>`)}</select>
          <input name="appId" aria-label="App id" placeholder="App id" required />
          <button type="submit">Open</button>
        </form>
      </section>
      <section>${table(['Vendor', 'App', 'Users', 'Sessions', 'Messages'], [...hosts.values()].flatMap(appRow), 'No app was used yet. Any app id works.')}</section>`,
  })
