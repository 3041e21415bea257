import type { AxiosInstance } from 'axios'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Text, already encoded. */
  readonly body?: string
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * How requests travel. Any function that answers every HTTP status and rejects only when there was no complete answer will do;
 * redirects must not be followed, since they would carry credentials along.
 */
export interface HttpClient {
  readonly send: (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>
}

/** Ten megabytes: more than any vendor sends, little enough to hold. */
export const maxResponseBytes = 10_000_000

/** The transport by axios. It loads axios with the first request, so that an app that starts need not wait for it. */
export const axiosClient = (): HttpClient => {
  let loading: Promise<AxiosInstance> | undefined
  const load = async (): Promise<AxiosInstance> => {
    const { default: axios } = await import('axios')
    return axios.create({
      maxRedirects: 0,
      maxContentLength: maxResponseBytes,
      responseType: 'text',
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
    })
  }
  return {
    send: async ({ method, url, headers, body }, signal) => {
      loading ??= load()
      const instance = await loading
      const { status, headers: received, data } = await instance.request<string>({ method, url, headers, data: body, signal })
      return { status, headers: received as Readonly<Record<string, string>>, body: data ?? '' }
    },
  }
}
