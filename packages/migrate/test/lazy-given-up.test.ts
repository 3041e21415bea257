import { type UserBackend, withDeadline } from '@userport/core'
import { createMemoryBackend, createMemoryService } from '@userport/core/memory'
import { expect, it } from 'vitest'
import { migratingBackend } from '../src/lazy.js'

it('a sign-up that is given up once the account is there says so', async () => {
  const to: UserBackend = {
    ...(createMemoryBackend({ service: createMemoryService() }) as unknown as UserBackend),
    signUp: (_, options = {}) =>
      withDeadline({ vendor: 'memory', operation: 'signUp' }, options, ({ carriedOut }) => {
        carriedOut({ accountCreated: true })
        return () => new Promise<never>(() => undefined)
      }),
  }
  const server = migratingBackend({ from: createMemoryBackend({ service: createMemoryService() }), to })
  const app = new AbortController()
  const outcome = server.signUp({ identifiers: { username: 'kim-possible' }, password: 'correct horse' }, { signal: app.signal })()
  setTimeout(() => app.abort(), 50)
  expect(await outcome).toMatchObject({ left: { _tag: 'Cancelled', operation: 'signUp', carriedOut: true, accountCreated: true } })
})
