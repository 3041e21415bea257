import { axiosClient, errorTags, type InAppResetTicket, type Session, type UserError } from '@userport/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import { capabilities, createMonacaBackend } from '../src/index.js'
import { person, useApps } from './support/apps.js'
import { spoiling, spoilings } from './support/spoiled.js'

const newApp = useApps()
const deadline = 80
// The machine may be busy with other tests.
const slack = 2_000

type Backend = ReturnType<typeof createMonacaBackend>

const ticketFor = (username: string): InAppResetTicket => ({
  ...capabilities.passwordReset['email-code'],
  type: 'password-reset',
  vendor: 'monaca',
  channel: 'email-code',
  identifier: { username },
  requestedAt: new Date().toISOString(),
})

/** Every operation, for a registered user and for an anonymous one whose upgrade was cut short. */
const operations = (backend: Backend, registered: Session, anonymous: Session, who: ReturnType<typeof person>) => {
  const { username, password } = who
  const other = person()
  const { extension } = backend
  return {
    signUp: backend.signUp({ identifiers: { username: other.username }, password }, { deadline }),
    signIn: backend.signIn({ identifier: { username }, password }, { deadline }),
    signInWithToken: backend.signInWithToken({ token: registered.secrets.loginToken ?? '' }, { deadline }),
    signInAnonymously: backend.signInAnonymously({ displayName: 'Guest' }, { deadline }),
    fetchUser: backend.fetchUser(registered, { deadline }),
    fetchCutShort: backend.fetchUser(anonymous, { deadline }),
    renewSession: backend.renewSession(anonymous, { deadline }),
    updateProfile: backend.updateProfile({ set: { level: 2 } }, anonymous, { deadline }),
    changeContact: backend.changeContact({ email: 'new@example.com' }, registered, { deadline }),
    upgrade: backend.upgrade({ identifiers: { username: person().username }, password }, anonymous, { deadline }),
    changePassword: backend.changePassword({ current: password, next: other.password }, registered, { deadline }),
    requestPasswordReset: backend.requestPasswordReset({ identifier: { username } }, { deadline }),
    completePasswordReset: backend.completePasswordReset(
      { ticket: ticketFor(username), code: 'x', newPassword: other.password },
      { deadline },
    ),
    usernameExists: backend.usernameExists(username, { deadline }),
    getProperty: extension.getProperty('level', registered, { deadline }),
    saveProperty: extension.saveProperty({ name: 'level', value: 3 }, registered, { deadline }),
    validate: extension.validate({ username, properties: { level: 1 } }, registered, { deadline }),
    getDeviceProperties: extension.getDeviceProperties(['level'], registered, { deadline }),
    saveDeviceProperties: extension.saveDeviceProperties({ level: 1 }, registered, { deadline }),
    signOut: backend.signOut(registered, { deadline }),
    deleteUser: backend.deleteUser({ password }, registered, { deadline }),
  }
}

const complaintsAbout = (
  name: string,
  outcome: E.Either<UserError, unknown>,
  elapsed: number,
  secrets: readonly string[],
): readonly string[] => {
  const late = elapsed > deadline + slack ? [`${name} took ${elapsed} ms`] : []
  if (E.isRight(outcome)) return late
  const error = outcome.left
  const text = JSON.stringify(error)
  return [
    ...late,
    ...(errorTags.includes(error._tag) ? [] : [`${name} has no such error: ${text}`]),
    ...(error.code === 'internal' ? [`${name} threw inside`] : []),
    ...(secrets.some((secret) => text.includes(secret)) ? [`${name} tells a secret`] : []),
  ]
}

it('whatever replies become on their way, every operation ends in time with a value or an error of ours', async () => {
  const app = newApp({ minimumPasswordLength: 4 })
  const plain = app.backend()
  const client = axiosClient()
  await fc.assert(
    fc.asyncProperty(spoilings, async (ways) => {
      const who = person()
      const intended = person()
      const { session: registered } = await plain.signUp({ identifiers: { username: who.username }, password: who.password })
      const { session } = await plain.signInAnonymously({ attributes: { level: 1 } })
      const anonymous = { ...session, secrets: { ...session.secrets, intent: JSON.stringify(intended) } }
      const backend = createMonacaBackend(app.config, { http: spoiling(client, ways) })
      const secrets = [who.password, intended.password, ...Object.values(registered.secrets), ...Object.values(session.secrets)]
      const complaints = await Promise.all(
        Object.entries(operations(backend, registered, anonymous, who)).map(async ([name, run]) => {
          const began = performance.now()
          return complaintsAbout(name, await run(), performance.now() - began, secrets)
        }),
      )
      expect(complaints.flat()).toEqual([])
    }),
    { numRuns: 40 },
  )
}, 60_000)
