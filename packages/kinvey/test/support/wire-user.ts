import { type ResetLink, type Session, userId } from '@userport/core'
import nock from 'nock'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createKinveyBackend, type KinveyConfig } from '../../src/index.js'

export const origin = 'https://kinvey.test'
export const config: KinveyConfig = { host: `${origin}/`, appKey: 'kid_app', appSecret: 'app-secret' }
export const backend = createKinveyBackend(config)
export const v6 = createKinveyBackend({ ...config, apiVersion: 6 })

export const id = '5a1b2c3d4e5f60718293a4b5'
export const document = {
  _id: id,
  username: 'ann',
  email: 'ann@example.com',
  nick: 'Annie',
  _acl: { creator: id },
  _kmd: { ect: '2026-01-02T03:04:05.678Z', lmt: '2026-02-03T04:05:06.789Z', llt: '2026-02-03T04:05:06.789Z' },
}
export const withToken = (token: string, more: object = {}): object => ({
  ...document,
  ...more,
  _kmd: { ...document._kmd, authtoken: token },
})

export const user = {
  id,
  vendor: 'kinvey',
  kind: 'registered',
  username: 'ann',
  email: { address: 'ann@example.com', verified: false },
  identities: [],
  attributes: { nick: 'Annie' },
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-02-03T04:05:06.789Z',
  status: 'enabled',
  vendorData: { kinvey: { _acl: { creator: id }, _kmd: { llt: '2026-02-03T04:05:06.789Z' } } },
}
export const session: Session = { vendor: 'kinvey', userId: userId(id), kind: 'registered', secrets: { token: 'T1' } }
export const anonymous: Session = { ...session, kind: 'anonymous', secrets: { token: 'T1', username: 'ann', password: 'made up' } }
export const link: ResetLink = {
  type: 'reset-link',
  vendor: 'kinvey',
  identifier: 'ann & co',
  parameters: { time: '1', nonce: 'n/=', sig: 's' },
}

export const read = (version: string, authorization: string): object => ({
  accept: 'application/json',
  'x-kinvey-api-version': version,
  authorization,
})
const app = `Basic ${Buffer.from('kid_app:app-secret').toString('base64')}`
export const asApp = { ...read('4', app), 'content-type': 'application/json' }
export const asUser = { ...read('4', 'Kinvey T1'), 'content-type': 'application/json' }
export const me = { method: 'GET', path: '/user/kid_app/_me', headers: read('4', 'Kinvey T1'), body: '' }
export const login = { method: 'POST', path: '/user/kid_app/login', headers: asApp, body: { username: 'ann', password: 'hunter2' } }

/** No request of a test file leaves this machine. */
export const offline = (): void => {
  beforeAll(() => nock.disableNetConnect())
  afterEach(() => nock.cleanAll())
  afterAll(() => {
    nock.enableNetConnect()
    nock.restore()
  })
}
