import { describe, expect, test } from 'vitest'
import { enrolSecondFactor } from '../src/kii/index.js'
import { totpCode } from '../src/totp.js'
import { bearer, freshName, type Reply, type TestApp, testApps } from './support.js'

const newApp = testApps()
const password = 'pass-1234'

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('a time-based code at second %i', (seconds, code) => {
  expect(totpCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', seconds * 1_000)).toBe(code)
})

describe('the grant mfa', () => {
  async function limitedToken(
    app: TestApp,
  ): Promise<{ readonly reply: Reply; readonly secret: string; readonly recoveryCodes: readonly string[]; readonly id: string }> {
    const loginName = freshName()
    const { json } = await app.kii('POST', 'users', { loginName, password })
    const { secret, recoveryCodes } = enrolSecondFactor(app.world, String(json.userID))
    const reply = await app.kii('POST', 'oauth2/token', { username: loginName, password })
    return { reply, secret, recoveryCodes, id: String(json.userID) }
  }

  test('follows a reply with a scope, and ends in one without', async () => {
    const app = newApp()
    app.world.set({ refreshTokenEnabled: true, limitedTokenScope: 'half' })
    const { reply, secret, id } = await limitedToken(app)
    expect(reply.json).toEqual({ id, access_token: expect.any(String), expires_in: 600, token_type: 'bearer', scope: 'half' })
    expect(app.world.sessions()).toEqual([])
    const code = totpCode(secret, app.world.clock.now())
    const full = await app.kii('POST', 'oauth2/token', { grant_type: 'mfa', totp_code: code }, bearer(reply.json.access_token))
    expect(full.json).toEqual({
      id,
      access_token: expect.any(String),
      expires_in: 2_147_483_647,
      token_type: 'bearer',
      refresh_token: expect.any(String),
    })
    expect(app.world.sessions()).toHaveLength(1)
  })

  test('uses the limited token up', async () => {
    const app = newApp()
    const { reply, recoveryCodes } = await limitedToken(app)
    const statuses: number[] = []
    for (const code of recoveryCodes.slice(0, 2)) {
      const grant = { grant_type: 'mfa', recovery_code: code }
      statuses.push((await app.kii('POST', 'oauth2/token', grant, bearer(reply.json.access_token))).status)
    }
    expect(statuses).toEqual([200, 400])
  })

  test('takes no full token', async () => {
    const app = newApp()
    const { reply, secret } = await limitedToken(app)
    const grant = (token: unknown): Promise<Reply> =>
      app.kii('POST', 'oauth2/token', { grant_type: 'mfa', totp_code: totpCode(secret, app.world.clock.now()) }, bearer(token))
    const full = await grant(reply.json.access_token)
    app.world.clock.advance(60_000)
    expect([full.status, (await grant(full.json.access_token)).json.errorCode]).toEqual([200, 'invalid_grant'])
  })

  test('survives a snapshot', async () => {
    const app = newApp()
    const { reply, secret } = await limitedToken(app)
    app.world.restore(app.world.snapshot())
    const code = totpCode(secret, app.world.clock.now())
    expect((await app.kii('POST', 'oauth2/token', { grant_type: 'mfa', totp_code: code }, bearer(reply.json.access_token))).status).toBe(
      200,
    )
  })
})
