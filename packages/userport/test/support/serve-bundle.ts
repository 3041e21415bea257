import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const page = `<!doctype html><script type="module">import * as app from '/app.js'; globalThis.app = app</script>`

/** Bundles a module for browsers as an app would, and serves it on a page where `app` is what it exports. */
export const serveBundle = async (module: URL): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const building = await rolldown({
    input: { app: fileURLToPath(module) },
    platform: 'browser',
    resolve: { conditionNames: ['source', 'browser', 'import', 'default'] },
    // What only Node loads is behind a dynamic import that a browser never comes to.
    external: /^node:/,
    onLog: () => undefined,
  })
  const { output } = await building.generate({ format: 'esm' })
  const files = new Map(output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : '']))
  const server = createServer((request, response) => {
    if (request.url === '/moved') return void response.writeHead(301, { location: '/' }).end()
    const code = files.get(request.url ?? '')
    response.writeHead(200, { 'content-type': code === undefined ? 'text/html' : 'text/javascript' }).end(code ?? page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
