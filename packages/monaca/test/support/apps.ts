import { randomBytes } from 'node:crypto'
import { axiosClient, type HttpClient, type SessionStore, type StopSignal, toPromises } from '@userport/core'
import { type MonacaData, type MonacaSettings, type Sandbox, startSandbox, type World } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { createMonaca, createMonacaBackend, type MonacaConfig } from '../../src/index.js'

/** One call as it left the app. */
export interface Sent {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

interface Envelope {
  readonly method: string
  readonly params: Sent['params']
}

const sentIn = (body: string | undefined): Sent => {
  const { method, params } = JSON.parse(body ?? '') as Envelope
  return { method, params }
}

/** A session store whose content can be looked at and copied, as a disk outlives a process. */
export class Disk implements SessionStore {
  readonly entries: Map<string, string>
  constructor(entries: Iterable<readonly [string, string]> = []) {
    this.entries = new Map(entries)
  }
  readonly get = (name: string): string | undefined => this.entries.get(name)
  readonly set = (name: string, value: string): void => void this.entries.set(name, value)
  readonly remove = (name: string): void => void this.entries.delete(name)
  readonly copy = (): Disk => new Disk(this.entries)
  get text(): string {
    return JSON.stringify([...this.entries])
  }
}

/** Where a process dies: before it sends a call, or when the server has done it but before the answer is read. */
export interface Death {
  readonly when: 'before' | 'after'
  readonly method: string
}

const forever = <A>(signal: StopSignal): Promise<A> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))

/** A backend that nobody else uses, and the ways to reach it. */
export class App {
  readonly world: World<MonacaSettings, MonacaData>
  readonly config: MonacaConfig
  readonly sent: Sent[] = []

  constructor(sandbox: Sandbox, settings: Partial<MonacaSettings>, config: Partial<MonacaConfig>) {
    const appId = random('backend')
    this.world = sandbox.app('monaca', appId)
    this.world.set(settings)
    const { endpoint = '', backendId = '', apiKey = '' } = sandbox.connection('monaca', appId)
    this.config = { endpoint, backendId, apiKey, ...config }
  }

  /** The transport, with an ear to what leaves the app. */
  readonly http = (heard: (sent: Sent) => void = () => undefined): HttpClient => {
    const client = axiosClient()
    return {
      send: (request, signal) => {
        const sent = sentIn(request.body)
        this.sent.push(sent)
        heard(sent)
        return client.send(request, signal)
      },
    }
  }

  readonly backend = (options: { readonly http?: HttpClient } = {}) =>
    toPromises(createMonacaBackend(this.config, { http: this.http(), ...options }))

  readonly start = (
    store: SessionStore = new Disk(),
    options: { readonly http?: HttpClient; readonly enumerationSafe?: boolean; readonly legacyStore?: SessionStore } = {},
  ) => toPromises(createMonaca(this.config, { store, http: this.http(), ...options }))

  /** Starts an app on a disk, lets it work until it dies, and gives back the disk as it was at that moment. */
  readonly diskAfterDeath = async (
    { when, method }: Death,
    disk: Disk,
    work: (users: ReturnType<App['start']>, signal: AbortSignal) => Promise<unknown>,
  ): Promise<Disk> => {
    const client = axiosClient()
    const end = new AbortController()
    let left: Disk | undefined
    let died: () => void
    const death = new Promise<void>((resolve) => {
      died = resolve
    })
    const users = this.start(disk, {
      http: {
        send: async (request, signal) => {
          if (left !== undefined) return forever(signal)
          const last = sentIn(request.body).method === method
          if (last && when === 'after') await client.send(request, signal)
          if (!last) return client.send(request, signal)
          left = disk.copy()
          died()
          return forever(signal)
        },
      },
    })
    const working = work(users, end.signal).catch(() => undefined)
    await death
    end.abort()
    await working
    users.close()
    return left ?? disk
  }

  /** Everybody on the server, by username. */
  get usernames(): readonly string[] {
    return this.world.users().map(({ username }) => username ?? '')
  }
}

export const random = (name: string): string => `${name}-${randomBytes(6).toString('hex')}`

export const person = (): { readonly username: string; readonly password: string } => ({
  username: random('user'),
  password: random('password'),
})

/** One server for the tests of a file; each call of the result makes a backend of its own. */
export const useApps = (): ((settings?: Partial<MonacaSettings>, config?: Partial<MonacaConfig>) => App) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['monaca'] })
  })
  afterAll(() => sandbox.stop())
  return (settings = {}, config = {}) => new App(sandbox, settings, config)
}
