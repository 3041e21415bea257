import { randomUUID } from 'node:crypto'
import http from 'node:http'
import { afterAll, beforeAll } from 'vitest'
import { type KiiData, type KiiSettings, type Sandbox, startSandbox, type World } from '../src/index.js'

export type Json = Record<string, unknown>

export interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly json: Json
}

/** One request by the plain client, without keep-alive: it rejects where the connection is cut. */
export function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal } = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body, signal } = options
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false, ...(signal === undefined ? {} : { signal }) }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return {}
  }
}

/** An app of its own on the test file's sandbox, and the calls that a test makes to it. */
export interface TestApp {
  readonly origin: string
  readonly appId: string
  readonly world: World<KiiSettings, KiiData>
  /** To Kii, below the app's path. */
  readonly kii: (method: string, path: string, body?: Json, headers?: Record<string, string>) => Promise<Reply>
  /** To the control surface of the app. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<Reply>
}

export function testApps(): () => TestApp {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['kii'] })
  })
  afterAll(() => sandbox.stop())
  return () => appOf(sandbox)
}

export function appOf(sandbox: Sandbox, appId = `app-${randomUUID()}`): TestApp {
  const { origin } = sandbox
  return {
    origin,
    appId,
    world: sandbox.app('kii', appId),
    kii: (method, path, body, headers = {}) =>
      send(`${origin}/api/apps/${appId}/${path}`, {
        method,
        headers: { 'x-kii-appid': appId, 'x-kii-appkey': 'any', 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    control: (method, path, body) =>
      send(`${origin}/_sandbox/kii/${appId}/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
  }
}

export const withSession = { 'content-type': 'application/vnd.kii.RegistrationAndAuthorizationRequest+json' }
export const bearer = (token: unknown): Record<string, string> => ({ authorization: `Bearer ${String(token)}` })
export const freshName = (): string => `user-${randomUUID().slice(0, 13)}`
