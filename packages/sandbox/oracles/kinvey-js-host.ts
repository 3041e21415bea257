import { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import type { init } from 'kinvey-js-sdk'

type HostConfig = Parameters<typeof init>[0]

type Host = Omit<HostConfig, 'kinveyConfig'>
type Send = HostConfig['httpAdapter']['send']

/** What `init` of the core SDK asks of its host platform, for a local server in place of the vendor's two host names. */
export function localHost(origin: string, fillIn: Fields = {}): Host {
  const localUrl = (url: string): string => url.replace(/^https:\/\/[^/]*(baas|auth)\.kinvey\.com/, origin)
  const send: Send = async ({ url, method, headers, body }) => {
    const response = await fetch(localUrl(url), { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), data: await response.text() }
  }
  return hostOf(send, { open: (url) => Promise.resolve(logInWindow(localUrl(url), fillIn)) })
}

/** The same for an SDK that is given the server's own address as its instance: nothing is rewritten, TLS is real. */
export function secureHost(certificate: string): Host {
  const send: Send = ({ url, method, headers, body }) =>
    new Promise((resolve, reject) => {
      const request = https.request(url, { method, headers, ca: certificate, agent: false }, (response) => {
        let data = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          data += chunk
        })
        response.on('end', () => resolve({ statusCode: response.statusCode ?? 0, headers: plain(response.headers), data }))
      })
      request.on('error', reject)
      request.end(body)
    })
  return hostOf(send, { open: () => Promise.reject(new Error('no popup here')) })
}

function hostOf(send: Send, popup: HostConfig['popup']): Host {
  const sessions = new Map<string, string>()
  return {
    httpAdapter: { send },
    popup,
    sessionStore: {
      // `null` is what a browser's store answers, and what the SDK looks for; its types know no null.
      get: (key) => Promise.resolve(sessions.get(key) ?? null) as Promise<string>,
      set: async (key, session) => sessions.set(key, session).has(key),
      remove: async (key) => sessions.delete(key),
    },
    storageAdapter: {
      find: async () => [],
      count: async () => 0,
      findById: async (_db, _collection, id) => ({ _id: id }),
      save: async (_db, _collection, docs) => docs,
      removeById: async () => 0,
      clear: async () => undefined,
      clearDatabase: async () => undefined,
    },
    pubnub: null,
  }
}

const plain = (headers: IncomingHttpHeaders): Fields =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

type PopupWindow = Awaited<ReturnType<HostConfig['popup']['open']>>
type Fields = Readonly<Record<string, string>>

/** A window in which the user fills in the form of a page and is sent on. */
function logInWindow(url: string, fields: Fields): PopupWindow {
  const events = new EventEmitter()
  const popup = Object.assign(events, {
    isClosed: () => false,
    onLoaded: (listener: (event: { url?: string }) => void) => events.on('loaded', listener),
    onClosed: (listener: () => void) => events.on('closed', listener),
    onError: (listener: () => void) => events.on('error', listener),
    close: () => Promise.resolve(),
  }) as PopupWindow
  void sentOn(url, fields).then((address) => events.emit('loaded', { url: address }))
  return popup
}

async function sentOn(url: string, fields: Fields): Promise<string> {
  const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(await (await fetch(url)).text()) ?? []
  const answer = await fetch(new URL(action, url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  return answer.headers.get('location') ?? url
}
