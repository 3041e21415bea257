import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll } from 'vitest'
import { type KiiData, type KiiSettings, type Sandbox, startSandbox, type World } from '../src/index.js'

type Fields = Readonly<Record<string, unknown>>

/** What the tests use of the SDK's user. */
export interface SdkUser {
  register(): Promise<SdkUser>
  putIdentity(identity: Fields, password: string, callbacks: null, fields?: Fields, removeFields?: readonly string[]): Promise<SdkUser>
  update(identity: Fields | null, callbacks: null, fields?: Fields | null, removeFields?: readonly string[]): Promise<SdkUser>
  save(): Promise<SdkUser>
  refresh(): Promise<SdkUser>
  delete(): Promise<SdkUser>
  updatePassword(from: string, to: string): Promise<SdkUser>
  changeEmail(email: string): Promise<SdkUser>
  changePhone(phone: string): Promise<SdkUser>
  verifyPhoneNumber(code: string): Promise<SdkUser>
  resendEmailVerification(): Promise<SdkUser>
  resendPhoneNumberVerification(): Promise<SdkUser>
  getID(): string
  getUsername(): string | undefined
  getDisplayName(): string | undefined
  setDisplayName(name: string): void
  setCountry(country: string): void
  getCountry(): string | undefined
  getEmailAddress(): string | undefined
  getPhoneNumber(): string | undefined
  getPendingEmailAddress(): string | null | undefined
  getPendingPhoneNumber(): string | null | undefined
  getEmailVerified(): boolean | undefined
  getPhoneVerified(): boolean | undefined
  getAccessToken(): string
  getAccessTokenObject(): { readonly access_token: string; readonly expires_at: Date }
  isPseudoUser(): boolean
  disabled(): boolean | undefined
  set(key: string, value: unknown): void
  get(key: string): unknown
}

interface AdminContext {
  userWithID(id: string): SdkUser
  findUserByUsername(name: string): Promise<readonly [AdminContext, SdkUser]>
  getAccessToken(): string
}

export interface Sdk {
  readonly Kii: {
    initializeWithSite(appId: string, appKey: string, site: string): void
    authenticateAsAppAdmin(clientId: string, clientSecret: string): Promise<AdminContext>
    setAccessTokenExpiration(seconds: number): void
  }
  readonly KiiUser: {
    userWithUsername(username: string, password: string): SdkUser
    userWithEmailAddress(email: string, password: string): SdkUser
    userWithPhoneNumber(phone: string, password: string): SdkUser
    userWithCredentials(email: string, phone: string, username: string, password: string): SdkUser
    userWithID(id: string): SdkUser
    registerAsPseudoUser(callbacks: null, fields?: Fields): Promise<SdkUser>
    authenticate(identifier: string, password: string): Promise<SdkUser>
    authenticateWithToken(token: string): Promise<SdkUser>
    authenticateWithTotp(code: string): Promise<SdkUser>
    resetPassword(email: string): Promise<unknown>
    resetPasswordWithNotificationMethod(identifier: string, method: 'EMAIL' | 'SMS' | 'SMS_PIN'): Promise<unknown>
    completeResetPassword(identifier: string, pin: string, newPassword: string | null): Promise<unknown>
    findUserByUsername(name: string): Promise<SdkUser>
    findUserByEmail(email: string): Promise<SdkUser>
    findUserByPhone(phone: string): Promise<SdkUser>
    getCurrentUser(): SdkUser | null
    loggedIn(): boolean
    logOut(): void
  }
}

const { create } = createRequire(import.meta.url)('kii-cloud-sdk') as { readonly create: () => Sdk }

export interface KiiApp {
  readonly world: World<KiiSettings, KiiData>
  readonly connection: Readonly<Record<string, string>>
  /** Another device: an SDK of its own on the same app. */
  readonly device: () => Sdk
}

/** One sandbox for the test file; every call of the result is an app of its own. */
export function kiiApps(): (settings?: Partial<KiiSettings>) => KiiApp {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['kii'] })
  })
  afterAll(() => sandbox.stop())
  return (settings = {}) => {
    const appId = `app-${randomUUID()}`
    const world = sandbox.app('kii', appId)
    world.set(settings)
    const connection = sandbox.connection('kii', appId)
    return { world, connection, device: () => connect(connection) }
  }
}

function connect({ appId = '', appKey = '', site = '' }: Readonly<Record<string, string>>): Sdk {
  const sdk = create()
  sdk.Kii.initializeWithSite(appId, appKey, site)
  return sdk
}

/** The SDK can leave a promise pending for ever; then this rejects. */
export function settled<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the SDK did not settle within 3 s')), 3_000)
  })
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer))
}

/** The message that the SDK rejects with. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  const outcome = await settled(promise).then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error ? error.message : `not an Error: ${JSON.stringify(error)}`),
  )
  return outcome
}

export const freshName = (): string => `user_${randomUUID().slice(0, 13)}`
export const freshEmail = (): string => `${freshName()}@example.com`
export const freshPhone = (): string => `+8190${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
