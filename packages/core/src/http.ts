import type { AxiosResponse } from 'axios'
import type { StopSignal } from './stop-signal.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Text, already encoded. */
  readonly body?: string
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; what came several times, such as cookies, with commas between. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * How requests travel. Any function that answers every HTTP status and rejects only when there was no complete answer will do.
 * Redirects must not be followed, since they would carry credentials along. The `code` of what it rejects with tells whether the
 * request ever left this machine (`ECONNREFUSED`, `ENOTFOUND` …: it did not); `ERR_REPLY_TOO_LARGE` refuses a body beyond all bounds.
 * Where a real `AbortSignal` is needed, as by `fetch`, `toAbortSignal` makes one of the signal.
 */
export interface HttpClient {
  readonly send: (request: HttpRequest, signal: StopSignal) => Promise<HttpResponse>
}

/** Ten megabytes: more than any vendor sends, little enough to hold. */
export const maxResponseBytes = 10_000_000

/** One text for each header, the names in lower case. */
export const plainHeaders = (headers: Readonly<Record<string, unknown>>): HttpResponse['headers'] => {
  const plain: Record<string, string> = {}
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return plain
}

// axios has one code for a body that is too large and for one that broke off.
const retold = (cause: unknown): unknown => {
  const { message } = cause as { readonly message?: unknown }
  const tooLarge = typeof message === 'string' && message.startsWith('maxContentLength')
  return tooLarge ? Object.assign(new Error('The reply is too large.'), { code: 'ERR_REPLY_TOO_LARGE' }) : cause
}

interface AgentLike {
  readonly options: object
}

interface HttpModule {
  readonly Agent: new (options: object) => AgentLike
  readonly globalAgent: AgentLike
}

interface NodeLike {
  readonly process?: { readonly getBuiltinModule?: (name: string) => HttpModule | undefined }
}

// As long as axios does: where the two differ, each request sets it anew, twice.
const keepAliveMsecs = 60_000

/** What keeps connections open in Node, set up as the app has set up Node's own. Elsewhere `undefined`: nobody but the platform does. */
const agentOf = (name: string): AgentLike | undefined => {
  const { Agent, globalAgent } = (globalThis as NodeLike).process?.getBuiltinModule?.(name) ?? {}
  if (Agent === undefined) return undefined
  const agent = new Agent({ ...globalAgent?.options, keepAliveMsecs })
  // How long a connection may idle. axios would copy it to an agent for a proxy, which had no longer to open a tunnel.
  Object.defineProperty(agent.options, 'timeout', { enumerable: false })
  return agent
}

type Send = (request: HttpRequest, signal: StopSignal) => Promise<AxiosResponse<string>>

let loading: Promise<Send> | undefined

const load = async (): Promise<Send> => {
  const { default: axios } = await import('axios')
  // The part of axios that sends, without what comes before: to merge defaults and run transformations that change nothing takes a fifth
  // of a request.
  const send = axios.getAdapter(['xhr', 'http', 'fetch'])
  const settings = {
    maxRedirects: 0,
    maxContentLength: maxResponseBytes,
    validateStatus: () => true,
    httpAgent: agentOf('node:http'),
    httpsAgent: agentOf('node:https'),
  } as const
  return ({ method, url, headers, body }, signal) =>
    send({ ...settings, method, url, headers: new axios.AxiosHeaders(headers), data: body, signal })
}

/** Loaded once for all: no client has anything of its own. */
const loaded = (): Promise<Send> => {
  // A bundle that could not be fetched now may be there for the next request.
  loading ??= load().catch((cause: unknown) => {
    loading = undefined
    throw cause
  })
  return loading
}

/** The transport by axios. It loads axios with the first request, so that an app that starts need not wait for it. */
export const axiosClient = (): HttpClient => ({
  send: async (request, signal) => {
    const send = await loaded()
    try {
      const { status, headers, data } = await send(request, signal)
      return { status, headers: plainHeaders(headers), body: data }
    } catch (cause) {
      throw retold(cause)
    }
  },
})
