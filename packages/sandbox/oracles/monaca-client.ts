/** What an app gets from Monaca's console. `endpoint` ends in `/`. */
export interface MonacaConnection {
  readonly endpoint: string
  readonly backendId: string
  readonly apiKey: string
}

/** What outlives the app on a device: its id and its local storage. */
export interface MonacaDevice {
  readonly id: string
  readonly storage: Map<string, string>
}

export type Properties = Readonly<Record<string, unknown>>

/** `_createdAt` and `_updatedAt` are unix times; every other name without an underscore is the user's own. */
export interface MonacaUser extends Properties {
  readonly _id: string
  readonly _username: string
}

export interface SignedIn {
  readonly user: MonacaUser
  readonly loginToken?: string
}

/** The rejection of every call. `data` maps a parameter's name to what is wrong with it. */
class MonacaError extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** Codes that the client makes up itself. */
const clientErrors = { timeout: -11, invalidReply: -12, invalidStatus: -13 } as const

const loginTokenKey = 'monacaCloudLoginToken'
const sessionHeader = 'X-Set-Monaca-Cloud-Session'

interface Reply {
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown } | null
}

/** Stands in for `monaca.cloud.User` of one running app: same calls, same envelopes, same local effects. Its session lives as long as it does. */
export class MonacaClient {
  /** Public identifier of the signed-in user. */
  _oid: string | null = null
  readonly #connection: MonacaConnection
  readonly #device: MonacaDevice
  #session: string | undefined
  #timeoutMs = 30_000

  constructor(connection: MonacaConnection, device: MonacaDevice) {
    this.#connection = connection
    this.#device = device
  }

  /** How long a call may take, in milliseconds. */
  setTimeout(milliseconds: number): void {
    this.#timeoutMs = milliseconds
  }

  isAuthenticated(): boolean {
    return this._oid !== null
  }

  register(username: string, password: string, properties: Properties = {}): Promise<SignedIn> {
    return this.#signIn('User.register', { username, password, properties })
  }

  validate(username: string, properties?: Properties): Promise<unknown> {
    return this.#call('User.validate', { username, properties })
  }

  async unregister(password: string): Promise<unknown> {
    return this.#forget(await this.#call('User.unregister', { password }))
  }

  login(username: string, password: string): Promise<SignedIn> {
    return this.#signIn('User.login', { username, password })
  }

  autoLogin(): Promise<SignedIn> {
    return this.#signIn('User.autoLogin', { loginToken: this.#device.storage.get(loginTokenKey) ?? '' })
  }

  async logout(): Promise<unknown> {
    return this.#forget(await this.#call('User.logout', {}))
  }

  updatePassword(oldPassword: string, newPassword: string): Promise<unknown> {
    return this.#call('User.updatePassword', { oldPassword, newPassword })
  }

  sendPasswordResetToken(
    username: string,
    options?: { readonly emailPropertyName?: string; readonly templateName?: string },
  ): Promise<unknown> {
    return this.#call('User.sendPasswordResetToken', { username, options })
  }

  resetPasswordAndLogin(username: string, newPassword: string, token: string): Promise<SignedIn> {
    return this.#signIn('User.resetPasswordAndLogin', { username, newPassword, token })
  }

  async getProperty(name: string): Promise<unknown> {
    return (await this.getProperties([name]))[name]
  }

  async getProperties(names: readonly string[]): Promise<Properties> {
    const result = (await this.#call('User.getProperties', { names })) as { readonly properties: Properties }
    return result.properties
  }

  saveProperty(name: string | undefined, value: unknown): Promise<unknown> {
    return this.saveProperties(name === undefined ? {} : { [name]: value })
  }

  saveProperties(properties: Properties): Promise<unknown> {
    return this.#call('User.saveProperties', { properties })
  }

  async #signIn(method: string, params: object): Promise<SignedIn> {
    const result = (await this.#call(method, params)) as SignedIn
    this._oid = result.user._id
    return result
  }

  #forget(result: unknown): unknown {
    this._oid = null
    this.#session = undefined
    this.#device.storage.delete(loginTokenKey)
    return result
  }

  async #call(method: string, params: object): Promise<unknown> {
    const { apiKey } = this.#connection
    const session = this.#session === undefined ? {} : { __session: this.#session }
    const envelope = { jsonrpc: '2.0', method, params: { ...params, __api_key: apiKey, __device: this.#device.id, ...session }, id: '1' }
    const reply = await this.#post(JSON.stringify(envelope))
    if (reply.error) throw new MonacaError(reply.error.code, reply.error.message, reply.error.data)
    this.#keepLoginToken(reply.result)
    return reply.result
  }

  async #post(body: string): Promise<Reply> {
    const { endpoint, backendId } = this.#connection
    const headers = { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' }
    const signal = AbortSignal.timeout(this.#timeoutMs)
    const response = await fetch(endpoint + backendId, { method: 'POST', headers, body, signal }).catch(failed)
    this.#session = response.headers.get(sessionHeader) ?? this.#session
    const text = await response.text().catch(failed)
    if (!response.ok) throw new MonacaError(clientErrors.invalidStatus, 'Invalid status')
    return parsed(text)
  }

  #keepLoginToken(result: unknown): void {
    if (typeof result !== 'object' || result === null || !('loginToken' in result)) return
    if (typeof result.loginToken === 'string') this.#device.storage.set(loginTokenKey, result.loginToken)
  }
}

function failed(cause: Error): never {
  if (cause.name === 'TimeoutError') throw new MonacaError(clientErrors.timeout, 'Timeout')
  throw new MonacaError(clientErrors.invalidStatus, cause.message)
}

function parsed(text: string): Reply {
  try {
    const reply: unknown = JSON.parse(text)
    if (typeof reply === 'object' && reply !== null && ('result' in reply || 'error' in reply)) return reply as Reply
  } catch {
    // falls through: text that is no JSON is as useless as JSON that is no reply
  }
  throw new MonacaError(clientErrors.invalidReply, 'Invalid reply')
}
