// Starts the server on a sandbox and lets three people use it at the same time.
import { serve } from '@hono/node-server'
import type { Session, UserBackend } from '@userport/core'
import { createKiiBackend } from '@userport/kii'
import { startSandbox } from '@userport/sandbox'
import { createApp } from './app.js'

const sandbox = await startSandbox({ vendors: ['kii'] })
const { site = '', appId = '', appKey = '' } = sandbox.connection('kii')
const kept = new Map<string, Session>()

const app = createApp(createKiiBackend({ site, appId, appKey }) as UserBackend, {
  get: async (id) => kept.get(id),
  set: async (id, session) => void kept.set(id, session),
  remove: async (id) => void kept.delete(id),
})

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 })
await new Promise((resolve) => server.once('listening', resolve))
const address = server.address()
const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

const visit = async (username: string): Promise<string> => {
  const signedUp = await fetch(`${origin}/sign-up`, {
    method: 'POST',
    body: JSON.stringify({ identifiers: { username }, password: `${username}-password` }),
  })
  const cookie = signedUp.headers.get('set-cookie') ?? ''
  const me = (await (await fetch(`${origin}/me`, { headers: { cookie } })).json()) as { readonly username: string }
  return `${username} signed up and is ${me.username}`
}

console.log((await Promise.all(['ann', 'ben', 'cleo'].map(visit))).join('\n'))
server.close()
await sandbox.stop()
