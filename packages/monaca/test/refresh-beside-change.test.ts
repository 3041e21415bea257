import type { HttpClient } from '@userport/core'
import { describe, expect, it, vi } from 'vitest'
import { type App, Disk, person, useApps } from './support/apps.js'

const newApp = useApps()
const hour = 3_600_000

/** Lets the answers of one call wait until they are let go. */
const holding = (app: App, method: string) => {
  let letGo = (): void => undefined
  let holds = false
  let arrived = (): void => undefined
  const gate: HttpClient = {
    send: async (request, signal) => {
      const isHeld = holds && JSON.parse(request.body ?? '{}').method === method
      if (isHeld) holds = false
      const reply = await app.http().send(request, signal)
      if (isHeld) {
        const freed = new Promise<void>((resolve) => {
          letGo = resolve
        })
        arrived()
        await freed
      }
      return reply
    },
  }
  return {
    http: gate,
    /** Resolves once the next one has been answered, and its answer waits. */
    hold: () =>
      new Promise<void>((resolve) => {
        holds = true
        arrived = resolve
      }),
    letGo: () => letGo(),
  }
}

describe('a refresh beside a change of the user, where each use replaces the login token', () => {
  const start = async () => {
    const app = newApp({ autoLoginToken: 'replaced' })
    const gate = holding(app, 'User.autoLogin')
    const disk = new Disk()
    const users = app.start(disk, { http: gate.http })
    const { username, password } = person()
    await users.signUp({ identifiers: { username }, password })
    return { app, gate, disk, users, username }
  }
  type Started = Awaited<ReturnType<typeof start>>

  const lasts = async ({ app, disk, users, username }: Started): Promise<void> => {
    app.world.clock.advance(2 * hour)
    expect(await app.start(disk.copy()).restore()).toMatchObject({ username, attributes: { level: 2 } })
    expect(users.activeUser()).toMatchObject({ username, attributes: { level: 2 } })
  }

  it('keeps the token that the refresh got, when its answer comes first', async () => {
    const started = await start()
    const { users } = started
    await Promise.all([users.refresh(), users.updateProfile({ set: { level: 2 } })])
    await lasts(started)
  })

  it('keeps the token that the refresh got, when its answer comes last', async () => {
    const started = await start()
    const { gate, users } = started
    const held = gate.hold()
    const refreshed = users.refresh()
    await held
    await users.updateProfile({ set: { level: 2 } })
    gate.letGo()
    await refreshed
    await lasts(started)
  })

  it('keeps the token that the change got, when its answer comes last', async () => {
    const started = await start()
    const { gate, users } = started
    const held = gate.hold()
    const changed = users.updateProfile({ set: { level: 2 } })
    await held
    await users.refresh()
    gate.letGo()
    await changed
    await lasts(started)
  })

  it('ends nobody’s session that only the answer of the refresh can renew', async () => {
    const started = await start()
    const { app, gate, users, username } = started
    app.world.clock.advance(2 * hour)
    const held = gate.hold()
    const refreshed = users.refresh()
    await held
    const before = app.sent.length
    const changed = users.updateProfile({ set: { level: 2 } })
    await vi.waitUntil(() => app.sent.length > before)
    setTimeout(gate.letGo, 50)
    expect(await refreshed).toMatchObject({ username })
    expect(await changed).toMatchObject({ username, attributes: { level: 2 } })
    await lasts(started)
  })
})
