import type { KinveyApp, Person } from './kinvey-app.js'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON; `undefined` where there was no body. */
  readonly body: unknown
}

export interface CallOptions {
  /** `app` (default), `master`, a session token, or no credentials. */
  readonly as?: 'app' | 'master' | 'nobody' | { readonly token: string } | { readonly basic: string }
  readonly body?: unknown
  readonly version?: number | string
  readonly headers?: Readonly<Record<string, string>>
}

export interface UserReply {
  readonly _id: string
  readonly username: string
  readonly password?: string
  readonly email?: string
  readonly _kmd: { readonly authtoken?: string } & Readonly<Record<string, unknown>>
  readonly _acl: Readonly<Record<string, unknown>>
}

/** Plain HTTP calls on an app's paths; `:kid` stands for its key. */
export interface KinveyClient {
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Reply>
  /** Signs up at API v4, which also signs in. */
  readonly signUp: (person: object) => Promise<UserReply & { readonly token: string }>
  readonly logIn: (person: Pick<Person, 'username' | 'password'>) => Promise<Reply>
  /** The status of `_me` with that token: 200 or 401. */
  readonly meStatus: (token: string) => Promise<number>
}

export function kinveyClient({ connection }: KinveyApp): KinveyClient {
  const { host, appKey, appSecret, masterSecret } = connection
  const authorization = (as: CallOptions['as'] = 'app'): string | undefined => {
    if (as === 'nobody') return undefined
    if (typeof as === 'string') return `Basic ${btoa(`${appKey}:${as === 'app' ? appSecret : masterSecret}`)}`
    return 'token' in as ? `Kinvey ${as.token}` : `Basic ${btoa(as.basic)}`
  }

  const call: KinveyClient['call'] = async (method, path, { as, body, version = 4, headers } = {}) => {
    const credentials = authorization(as)
    const response = await fetch(host + path.replace(':kid', appKey), {
      method,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-kinvey-api-version': String(version),
        ...(credentials !== undefined && { authorization: credentials }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }

  const logIn: KinveyClient['logIn'] = ({ username, password }) => call('POST', '/user/:kid/login', { body: { username, password } })

  return {
    call,
    logIn,
    signUp: async (person) => {
      const { status, body } = await call('POST', '/user/:kid', { body: person })
      if (status !== 201) throw new Error(`sign-up answered ${status}: ${JSON.stringify(body)}`)
      const user = body as UserReply
      return { ...user, token: user._kmd.authtoken ?? '' }
    },
    meStatus: async (token) => (await call('GET', '/user/:kid/_me', { as: { token } })).status,
  }
}
