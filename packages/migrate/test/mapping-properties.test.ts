import { brokenAttribute, brokenRule, type User } from '@userport/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as E from '#fp-ts/Either'
import type { LossCode } from '../src/losses.js'
import { mapUser, type Target } from '../src/mapping/map-user.js'
import { targetOf } from '../src/mapping/target-of.js'
import { defaultPolicy, type MovePolicy } from '../src/policy.js'
import { unreachable, vendors } from './support/mapping-targets.js'
import { anyUser } from './support/mapping-users.js'

const adapting: MovePolicy = { ...defaultPolicy, invalid: 'adapt', anonymous: 'move' }
// Few users have 63 kilobytes of attributes, and what fits into less is taken all the more.
const withLittleRoom = (target: Target): Target => ({
  ...target,
  rules: { ...target.rules, attributes: { ...target.rules.attributes, maxBytes: 300 } },
})
const said = (text: string | undefined): boolean => text !== undefined && text.trim() !== ''

const lossOf = (
  user: User,
  moved: Extract<ReturnType<typeof mapUser>, { decision: 'move' }>,
): readonly (readonly [LossCode[], boolean])[] => {
  const { input } = moved
  const { identifiers = {}, profile = {}, verified = {} } = input
  const attributes = profile.attributes ?? {}
  const kept = new Set(Object.values(attributes).map((value) => JSON.stringify(value)))
  const names: LossCode[] = ['username-is-email', 'username-adapted', 'username-dropped', 'username-renamed']
  const isGone = (value: string | undefined, now: string | undefined): boolean => said(value) && now !== value
  return [
    [names, isGone(user.username, identifiers.username)],
    [['email-dropped'], isGone(user.email?.address, identifiers.email)],
    [['phone-dropped', 'phone-rewritten'], isGone(user.phone?.address, identifiers.phone)],
    [['email-unverified', 'email-dropped'], user.email?.verified === true && said(user.email.address) && verified.email !== true],
    [['phone-unverified', 'phone-dropped'], user.phone?.verified === true && said(user.phone.address) && verified.phone !== true],
    [['profile-adapted'], (['displayName', 'locale', 'country'] as const).some((field) => isGone(user[field], profile[field]))],
    [
      ['attribute-renamed', 'attribute-dropped', 'attributes-too-large'],
      Object.keys(user.attributes).some((key) => !Object.hasOwn(attributes, key)),
    ],
    [['attribute-dropped', 'attributes-too-large'], Object.values(user.attributes).some((value) => !kept.has(JSON.stringify(value)))],
    [['created-at-changed'], user.createdAt !== undefined && input.createdAt !== user.createdAt],
    [['identities-dropped'], user.identities.length > 0],
    [['password-not-moved'], user.kind === 'registered'],
  ]
}

describe.each(vendors)('to %s, whoever moves', (vendor) => {
  const directory = unreachable(vendor)
  const learnTarget = (): ((users: readonly User[]) => Promise<Target>) => {
    const learn = targetOf(directory)
    return async (users) => withLittleRoom(await learn(users))
  }

  it('is taken by its rules and by the checks of its directory', async () => {
    const learn = learnTarget()
    await fc.assert(
      fc.asyncProperty(anyUser, async (user) => {
        const target = await learn([user])
        const mapped = mapUser(user, target, adapting)
        expect(mapped).toEqual(mapUser(structuredClone(user), target, adapting))
        if (mapped.decision !== 'move') {
          expect(mapped).toMatchObject({ decision: 'skip', problem: { code: 'disabled-not-carried' } })
          return
        }
        const { identifiers = {}, profile = {} } = mapped.input
        for (const kind of ['username', 'email', 'phone'] as const) {
          if (identifiers[kind] !== undefined) expect(brokenRule(target.rules[kind], identifiers[kind])).toBeUndefined()
        }
        for (const field of ['displayName', 'locale', 'country'] as const) {
          if (profile[field] !== undefined) expect(brokenRule(target.rules[field], profile[field])).toBeUndefined()
        }
        expect(brokenAttribute(target.rules.attributes, profile.attributes ?? {})).toBeUndefined()
        expect(profile.attributes?.[adapting.originAttribute]).toBe(user.id)
        // Cancelled, not refused: all that was wanting was the request.
        const created = await directory.create(mapped.input, { signal: AbortSignal.abort() })()
        expect(E.isLeft(created) ? created.left : created).toMatchObject({ _tag: 'Cancelled' })
        if (user.kind === 'registered') {
          const usable = directory.capabilities.signIn.identifiers.filter((kind) => identifiers[kind] !== undefined)
          expect(usable).not.toEqual([])
        }
      }),
      { numRuns: 600 },
    )
  })

  it('loses no field without a code for it', async () => {
    const learn = learnTarget()
    await fc.assert(
      fc.asyncProperty(anyUser, async (user) => {
        const mapped = mapUser(user, await learn([user]), adapting)
        if (mapped.decision !== 'move') return
        for (const [codes, isLost] of lossOf(user, mapped)) {
          if (isLost)
            expect(
              codes.some((code) => mapped.losses.includes(code)),
              codes.join(' or '),
            ).toBe(true)
        }
      }),
      { numRuns: 600 },
    )
  })

  it('is nobody whom the policy holds back', () => {
    fc.assert(
      fc.property(anyUser, fc.constantFrom('skip' as const, 'fail' as const), (user, invalid) => {
        const strict = mapUser(user, directory, { ...adapting, invalid })
        const adapted = mapUser(user, directory, adapting)
        if (strict.decision === 'move') {
          expect(adapted).toEqual(strict)
        } else if (adapted.decision === 'move') {
          expect(strict).toMatchObject({ decision: invalid, problem: { code: 'invalid' } })
        }
        expect(mapUser(user, directory, { ...adapting, anonymous: 'leave' }).decision === 'leave').toBe(user.kind === 'anonymous')
      }),
      { numRuns: 300 },
    )
  })
})
