import { createHash } from 'node:crypto'
import { html } from 'hono/html'
import type { Html } from './elements.js'
import { tabs } from './tabs/index.js'

export const root = '/_sandbox/console'

// No styles of its own, and nothing that is run from a text.
const htmxConfig = JSON.stringify({ includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true })

interface Page {
  readonly title: string
  readonly links?: Html
  readonly content: Html
}

export const layout = ({ title, links, content }: Page): Html => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="htmx-config" content="${htmxConfig}" />
    <title>${title}</title>
    <link rel="stylesheet" href="${root}/console.css" />
    <script src="${root}/htmx.js" defer></script>
  </head>
  <body>
    <header>
      <p><a href="${root}">userport sandbox</a></p>
      <h1>${title}</h1>
      ${links ?? ''}
    </header>
    <main>${content}</main>
  </body>
</html>`

export const tabLinks = (current: string): Html =>
  html`<nav aria-label="Of this app"><ul>${[...tabs].map(
    ([name, { title }]) => html`<li><a href="${name}" aria-current="${name === current ? 'page' : 'false'}">${title}</a></li>`,
  )}</ul></nav>`

/** Content that asks once a second whether there is newer; `undefined`: it is what was seen last. */
export const liveRegion = async (content: Html, query: URLSearchParams): Promise<Html | undefined> => {
  const markup = await content
  const digest = createHash('sha256').update(String(markup)).digest('base64url')
  if (query.get('seen') === digest) return undefined
  const next = new URLSearchParams(query)
  next.set('seen', digest)
  return html`<div hx-get="?${next}" hx-trigger="every 1s" hx-swap="outerHTML">${markup}</div>`
}
