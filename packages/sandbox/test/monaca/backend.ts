import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { type MonacaData, type MonacaSettings, type Sandbox, startSandbox, type World } from '../../src/index.js'

export interface Reply {
  readonly status: number
  /** The session id that the reply tells the client to use. */
  readonly session: string | null
  readonly id: unknown
  readonly result?: Result
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Readonly<Record<string, string>> }
}

export interface Result {
  readonly user?: Readonly<Record<string, unknown>>
  readonly loginToken?: string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly items?: readonly Readonly<Record<string, unknown>>[]
  readonly totalItems?: number
  readonly names?: readonly string[]
}

export interface Person {
  readonly username: string
  readonly password: string
}

export interface SignedIn extends Person {
  readonly id: string
  readonly session: string
  readonly loginToken: string
}

/** A fresh backend of its own, spoken to in raw HTTP. */
export class Backend {
  readonly world: World<MonacaSettings, MonacaData>
  readonly connection: Readonly<Record<string, string>>
  readonly appUrl: string

  constructor(sandbox: Sandbox, settings: Partial<MonacaSettings>) {
    const backendId = random('backend')
    this.world = sandbox.app('monaca', backendId)
    this.world.set(settings)
    this.connection = sandbox.connection('monaca', backendId)
    this.appUrl = `${this.connection.endpoint}${this.connection.backendId}`
  }

  async post(url: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(url, { method: 'POST', body, headers })
    const reply: Omit<Reply, 'status' | 'session'> = JSON.parse(await response.text())
    return { ...reply, status: response.status, session: response.headers.get('X-Set-Monaca-Cloud-Session') }
  }

  /** A call as the vendor's client makes it: string id, form content type, key and device in the params. */
  call(method: string, params: object = {}): Promise<Reply> {
    const common = { __api_key: this.connection.apiKey, __device: 'device-1' }
    return this.post(this.appUrl, JSON.stringify({ jsonrpc: '2.0', method, params: { ...common, ...params }, id: '1' }), {
      'content-type': 'application/x-www-form-urlencoded',
    })
  }

  manage(method: string, params?: object, key = this.connection.managementKey ?? ''): Promise<Reply> {
    return this.post(`${this.connection.managementUrl}`, JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 }), {
      'content-type': 'application/json',
      'X-Monaca-Backend-Management-API-Key': key,
    })
  }

  async register(properties: object = {}, person = newPerson()): Promise<SignedIn> {
    const reply = await this.call('User.register', { ...person, properties })
    return { ...person, id: String(reply.result?.user?._id), session: String(reply.session), loginToken: reply.result?.loginToken ?? '' }
  }

  login({ username, password }: Person, params: object = {}): Promise<Reply> {
    return this.call('User.login', { username, password, ...params })
  }

  /** Whether somebody is signed in with that session id. */
  async isLive(session: string | null): Promise<boolean> {
    const reply = await this.call('User.getProperties', { names: [], __session: session })
    return reply.error?.code !== 11
  }
}

export const random = (name: string): string => `${name}-${randomBytes(6).toString('hex')}`

export const newPerson = (): Person => ({ username: `${random('user')}@example.com`, password: random('password') })

/** One server for the tests of a file; each call of the result makes a backend nobody else uses. */
export const useBackends = (): ((settings?: Partial<MonacaSettings>) => Backend) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['monaca'] })
  })
  afterAll(() => sandbox.stop())
  return (settings = {}) => new Backend(sandbox, settings)
}
