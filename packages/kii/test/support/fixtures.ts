import { type InAppResetTicket, type Result, type Session, toUserportError, type UserError, userId } from '@userport/core'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import type { Reply } from '../../../core/test/support/wire.js'
import { capabilities, createKiiBackend, type KiiConfig } from '../../src/index.js'

export const origin = 'https://kii.test'
export const config: KiiConfig = { site: `${origin}/api/`, appId: 'app1', appKey: 'key1' }
export const backend = createKiiBackend(config)

export const right = async <A>(result: Result<A>): Promise<A> => {
  const outcome = await result()
  if (outcome._tag === 'Left') throw toUserportError(outcome.left)
  return outcome.right
}

export const left = async (result: Result<unknown>): Promise<UserError> => {
  const outcome = await result()
  if (outcome._tag === 'Right') throw new Error(`succeeded with ${JSON.stringify(outcome.right)}`)
  return outcome.left
}

export const id = 'e4a3b2c1-0000-11e6-9999-22000b0c0d0e'
export const wireUser = {
  userID: id,
  internalUserID: 123456789,
  loginName: 'ann',
  displayName: 'Ann',
  country: 'JP',
  locale: 'ja',
  emailAddress: 'ann@example.com',
  emailAddressVerified: true,
  phoneNumber: '+81312345678',
  phoneNumberVerified: false,
  _emailAddressPending: 'new@example.com',
  _thirdPartyAccounts: { facebook: { id: '77', type: 'facebook' }, twitter: {} },
  _hasPassword: true,
  _disabled: false,
  createdAt: 1_700_000_000_000,
  modifiedAt: 1_700_000_001_000,
  level: 1,
}
export const user = {
  id,
  vendor: 'kii',
  kind: 'registered',
  username: 'ann',
  displayName: 'Ann',
  country: 'JP',
  locale: 'ja',
  email: { address: 'ann@example.com', verified: true, pending: 'new@example.com' },
  phone: { address: '+81312345678', verified: false },
  identities: [{ provider: 'facebook', id: '77' }, { provider: 'twitter' }],
  attributes: { level: 1 },
  createdAt: '2023-11-14T22:13:20.000Z',
  updatedAt: '2023-11-14T22:13:21.000Z',
  status: 'enabled',
  vendorData: {
    kii: {
      internalUserID: 123456789,
      emailAddressVerified: true,
      phoneNumberVerified: false,
      _emailAddressPending: 'new@example.com',
      _thirdPartyAccounts: wireUser._thirdPartyAccounts,
      _hasPassword: true,
      _disabled: false,
    },
  },
}
export const pseudoUser = { userID: id, _hasPassword: false, _disabled: false, cart: 'tea' }
export const session: Session = { vendor: 'kii', userId: userId(id), kind: 'registered', secrets: { accessToken: 'T1' } }
export const anonymous: Session = { ...session, kind: 'anonymous' }
export const ticket: InAppResetTicket = {
  ...capabilities.passwordReset['sms-code'],
  type: 'password-reset',
  vendor: 'kii',
  channel: 'sms-code',
  identifier: { phone: '+81312345678' },
  requestedAt: '2026-01-02T03:04:05.678Z',
}

export const asApp = { accept: 'application/json', 'x-kii-appid': 'app1', 'x-kii-appkey': 'key1' }
export const typed = (type: string): object => ({ ...asApp, 'content-type': `application/vnd.kii.${type}+json` })
export const asUser = (type?: string): object => ({ ...(type === undefined ? asApp : typed(type)), authorization: 'Bearer T1' })
export const ok: Reply = [200, wireUser]
export const token: Reply = [200, { id, access_token: 'T1', expires_in: 100, token_type: 'bearer' }]
export const me = { method: 'GET', path: '/api/apps/app1/users/me', headers: asUser(), body: '' }
export const login = {
  method: 'POST',
  path: '/api/apps/app1/oauth2/token',
  headers: { ...asApp, 'content-type': 'application/json' },
  body: { grant_type: 'password', username: 'ann', password: 'hunter2' },
}
export const credentials = { identifier: { username: 'ann' }, password: 'hunter2' }

/** Lets no request out of this process, and stops the clock. */
export const onTheWire = (): void => {
  beforeAll(() => {
    nock.disableNetConnect()
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  })
  afterEach(() => nock.cleanAll())
  afterAll(() => {
    vi.useRealTimers()
    nock.enableNetConnect()
    nock.restore()
  })
}
