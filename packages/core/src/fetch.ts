import { type HttpClient, maxResponseBytes } from './http.js'
import { toAbortSignal } from './stop-signal.js'

const read = async ({ body }: Response): Promise<string> => {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    size += part.value.length
    if (size > maxResponseBytes) {
      void reader?.cancel().catch(() => undefined)
      throw Object.assign(new Error('The reply is too large.'), { code: 'ERR_REPLY_TOO_LARGE' })
    }
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}

/**
 * The transport by `fetch`, for browsers and whatever else has nothing but that: there is nothing to download for it. It sends no cookies,
 * keeps nothing in a cache and follows no redirect; in a browser, which does not say which redirect it was, each is a 302.
 */
export const fetchClient = (): HttpClient => ({
  send: async ({ method, url, headers, body }, signal) => {
    const response = await fetch(url, {
      method,
      headers,
      body: body ?? null,
      signal: toAbortSignal(signal),
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
    })
    const status = response.type === 'opaqueredirect' ? 302 : response.status
    return {
      status,
      headers: Object.fromEntries([...response.headers.keys()].map((name) => [name, response.headers.get(name) ?? ''])),
      body: await read(response),
    }
  },
})
