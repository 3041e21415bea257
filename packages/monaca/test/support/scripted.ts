import { type InAppResetTicket, type Session, toPromises, userId } from '@userport/core'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { capabilities, createMonacaBackend, type MonacaConfig } from '../../src/index.js'

const config: MonacaConfig = { endpoint: 'https://monaca.example/', backendId: 'b1', apiKey: 'the-key' }

const sessionHeader = 'X-Set-Monaca-Cloud-Session'

/** What the vendor answers to one call: a result or an error, perhaps with a new session id. */
export interface Answer {
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message?: string; readonly data?: unknown }
  readonly session?: string
}

/** A request as it arrived. */
export interface Arrived {
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly method: string; readonly params: Readonly<Record<string, unknown>> }
}

/** Answers calls in the order in which they must come; says which came. */
export const answering = (...answers: readonly Answer[]): readonly Arrived[] => {
  const arrived: Arrived[] = []
  for (const { session, ...answer } of answers) {
    nock('https://monaca.example')
      .post('/b1')
      .reply(function (_uri, body) {
        arrived.push({ headers: this.req.headers, body: JSON.parse(String(body)) as Arrived['body'] })
        return [200, { jsonrpc: '2.0', id: '1', ...answer }, session === undefined ? {} : { [sessionHeader]: session }]
      })
  }
  return arrived
}

/** The vendor's user, with a property of every kind. */
export const wireUser = {
  _id: 'oid-1',
  _username: 'alice',
  _createdAt: 1_600_000_000_000,
  _updatedAt: 1_600_000_001_000,
  _role: 'tester',
  email: 'alice@example.com',
  phone: 5,
  locale: null,
  displayName: 'Alice',
  level: 7,
}

/** The same user as userport has it. */
export const user = {
  id: 'oid-1',
  vendor: 'monaca',
  kind: 'registered',
  username: 'alice',
  email: { address: 'alice@example.com', verified: 'unknown' },
  displayName: 'Alice',
  identities: [],
  attributes: { level: 7 },
  createdAt: '2020-09-13T12:26:40.000Z',
  updatedAt: '2020-09-13T12:26:41.000Z',
  status: 'unknown',
  vendorData: { monaca: { _role: 'tester', phone: 5 } },
}

const known = {
  device: 'd1',
  username: 'alice',
  createdAt: 1_600_000_000_000,
  properties: ['email', 'phone', 'locale', 'displayName', 'level'],
}

/** What a session keeps of the user, since Monaca says it only at sign-in. */
export const knownWith = (...added: readonly string[]): string => JSON.stringify({ ...known, properties: [...known.properties, ...added] })

export const session: Session = {
  vendor: 'monaca',
  userId: userId('oid-1'),
  kind: 'registered',
  secrets: { sessionId: 's1', known: knownWith() },
}

export const withToken: Session = { ...session, secrets: { ...session.secrets, loginToken: 't1' } }

export const backend = (more: Partial<MonacaConfig> = {}) => toPromises(createMonacaBackend({ ...config, ...more }))

export const ticket: InAppResetTicket = {
  ...capabilities.passwordReset['email-code'],
  type: 'password-reset',
  vendor: 'monaca',
  channel: 'email-code',
  identifier: { username: 'alice' },
  requestedAt: '2020-09-13T12:26:40.000Z',
}

/** Lets no request out, and sees to it that each test asked for all the answers it has prepared. */
export const useScript = (): void => {
  beforeAll(() => nock.disableNetConnect())
  afterEach(() => {
    const unasked = nock.pendingMocks()
    nock.cleanAll()
    expect(unasked).toEqual([])
  })
  afterAll(() => nock.enableNetConnect())
}
