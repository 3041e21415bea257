import { describe, expect, it } from 'vitest'
import { enrolSecondFactor, type SecondFactor } from '../src/kii/index.js'
import { totpCode } from '../src/totp.js'
import { failure, type KiiApp, kiiApps, password, register, type Sdk, type SdkUser, settled } from './kii-support.js'

const newApp = kiiApps()
const wrongCode = /^invalid_grant: The code is not valid$/

interface HalfSignedIn extends KiiApp {
  readonly sdk: Sdk
  readonly id: string
  readonly name: string
  readonly limited: SdkUser
  readonly factor: SecondFactor
  readonly currentCode: () => string
}

/** A user with a second factor who has given the password. */
async function halfSignedIn(settings: Parameters<typeof newApp>[0] = {}): Promise<HalfSignedIn> {
  const app = newApp(settings)
  const sdk = app.device()
  const user = await register(sdk)
  const factor = enrolSecondFactor(app.world, user.getID())
  sdk.KiiUser.logOut()
  const name = user.getUsername() ?? ''
  const limited = await settled(sdk.KiiUser.authenticate(name, password))
  return { ...app, sdk, id: user.getID(), name, limited, factor, currentCode: () => totpCode(factor.secret, app.world.clock.now()) }
}

/** Six digits that no time step near now has. */
function impossibleCode({ factor, world }: HalfSignedIn): string {
  const near = [-1, 0, 1].map((steps) => totpCode(factor.secret, world.clock.now() + steps * 30_000))
  return ['000000', '111111', '222222', '333333'].find((code) => !near.includes(code)) ?? ''
}

describe('a user with a second factor', () => {
  it('KS01 KS04 gets a limited token for the password, and with a TOTP code the full one', async () => {
    const { sdk, id, limited, currentCode } = await halfSignedIn()
    const limitedToken = limited.getAccessToken()
    expect([limited.getID(), limited.getScope()]).toEqual([id, 'mfa'])
    expect(await failure(limited.refresh())).toMatch(/^UNAUTHORIZED: /)
    const user = await settled(sdk.KiiUser.authenticateWithTotp(currentCode()))
    await settled(user.refresh())
    expect([user.getID(), user.getAccessToken() === limitedToken, sdk.KiiUser.getCurrentUser()?.getID()]).toEqual([id, false, id])
  })

  it.each(['UNAUTHORIZED', 'WRONG_TOKEN'] as const)('KS04 is refused elsewhere with %s', async (limitedTokenError) => {
    const { device, limited } = await halfSignedIn({ limitedTokenError })
    const elsewhere = device().KiiUser.authenticateWithToken(limited.getAccessToken())
    expect(await failure(elsewhere)).toMatch(new RegExp(`^${limitedTokenError}: `))
  })

  it('KS04 keeps the limited token after a wrong code', async () => {
    const half = await halfSignedIn()
    expect(await failure(half.sdk.KiiUser.authenticateWithTotp(impossibleCode(half)))).toMatch(wrongCode)
    expect((await settled(half.sdk.KiiUser.authenticateWithTotp(half.currentCode()))).getID()).toBe(half.id)
  })

  it('KS04 loses the limited token after too many wrong codes', async () => {
    const half = await halfSignedIn({ maxWrongCodes: 2 })
    expect(await failure(half.sdk.KiiUser.authenticateWithTotp(impossibleCode(half)))).toMatch(wrongCode)
    expect(await failure(half.sdk.KiiUser.authenticateWithTotp(impossibleCode(half)))).toMatch(wrongCode)
    expect(await failure(half.sdk.KiiUser.authenticateWithTotp(half.currentCode()))).toMatch(wrongCode)
  })

  it('KS04 loses the limited token with its lifetime', async () => {
    const { sdk, world, currentCode } = await halfSignedIn({ limitedTokenLifetime: 60 })
    world.clock.advance(60_000)
    expect(await failure(sdk.KiiUser.authenticateWithTotp(currentCode()))).toMatch(wrongCode)
  })

  it('KS04 cannot use a code twice, nor one of two minutes ago', async () => {
    const { sdk, world, name, id, currentCode } = await halfSignedIn()
    const signInAgain = (): Promise<unknown> => settled(sdk.KiiUser.authenticate(name, password))
    const used = currentCode()
    await settled(sdk.KiiUser.authenticateWithTotp(used))
    await signInAgain()
    expect(await failure(sdk.KiiUser.authenticateWithTotp(used))).toMatch(wrongCode)
    world.clock.advance(120_000)
    expect(await failure(sdk.KiiUser.authenticateWithTotp(used))).toMatch(wrongCode)
    expect((await settled(sdk.KiiUser.authenticateWithTotp(currentCode()))).getID()).toBe(id)
  })

  it('KS02 signs in with a recovery code, once', async () => {
    const { sdk, name, id, factor } = await halfSignedIn()
    const [first = '', second = ''] = factor.recoveryCodes
    const user = await settled(sdk.KiiUser.authenticateWithRecoveryCode(first))
    await settled(user.refresh())
    expect(user.getID()).toBe(id)
    await settled(sdk.KiiUser.authenticate(name, password))
    expect(await failure(sdk.KiiUser.authenticateWithRecoveryCode(first))).toMatch(wrongCode)
    expect((await settled(sdk.KiiUser.authenticateWithRecoveryCode(second))).getID()).toBe(id)
  })

  it('KS02 KS04 needs the password first', async () => {
    const { device, factor, currentCode } = await halfSignedIn()
    const { KiiUser } = device()
    expect(await failure(KiiUser.authenticateWithTotp(currentCode()))).toMatch(wrongCode)
    expect(await failure(KiiUser.authenticateWithRecoveryCode(factor.recoveryCodes[0] ?? ''))).toMatch(wrongCode)
  })
})
