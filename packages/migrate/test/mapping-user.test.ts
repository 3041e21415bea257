import type { NewUser, User } from '@userport/core'
import { describe, expect, it } from 'vitest'
import type { LossCode } from '../src/losses.js'
import { type Choice, type Mapped, mapUser } from '../src/mapping/map-user.js'
import { renamedAttribute } from '../src/mapping/rename-attribute.js'
import { targetOf } from '../src/mapping/target-of.js'
import { defaultPolicy, type MovePolicy } from '../src/policy.js'
import { unreachable } from './support/mapping-targets.js'
import { user } from './support/mapping-users.js'

type Vendor = Parameters<typeof unreachable>[0]

const adapt: Partial<MovePolicy> = { invalid: 'adapt' }
const email = (address: string, verified: boolean | 'unknown' = false) => ({ email: { address, verified } })
const phone = (address: string, verified: boolean | 'unknown' = false) => ({ phone: { address, verified } })

const mapped = (about: Partial<User>, vendor: Vendor, policy: Partial<MovePolicy> = {}, choice?: Choice): Mapped =>
  mapUser(user(about), unreachable(vendor), { ...defaultPolicy, ...policy }, choice)

const moved = (...args: Parameters<typeof mapped>): Extract<Mapped, { decision: 'move' }> => {
  const answer = mapped(...args)
  if (answer.decision !== 'move') throw new Error(`${answer.decision}: ${'problem' in answer ? answer.problem.detail : ''}`)
  return answer
}

/** What every user of these tests loses on any way. */
const always: readonly LossCode[] = ['password-not-moved', 'id-replaced']
const lossesOf = (...args: Parameters<typeof mapped>): readonly LossCode[] => moved(...args).losses.filter((code) => !always.includes(code))

describe('somebody to sign in', () => {
  it.each<[string, Vendor, Partial<User>, NewUser['identifiers'], LossCode[]]>([
    ['keeps the username', 'kinvey', { username: 'ada' }, { username: 'ada' }, []],
    [
      'keeps all three',
      'kii',
      { username: 'ada', ...email('a@b.example'), ...phone('+819012345678') },
      { username: 'ada', email: 'a@b.example', phone: '+819012345678' },
      [],
    ],
    ['by e-mail keeps the e-mail where that signs in', 'kii', email('a@b.example'), { email: 'a@b.example' }, []],
    [
      'by e-mail has it as username elsewhere',
      'kinvey',
      email('a@b.example'),
      { email: 'a@b.example', username: 'a@b.example' },
      ['email-is-username'],
    ],
    [
      'by phone has it as username elsewhere',
      'monaca',
      phone('+819012345678'),
      { phone: '+819012345678', username: '+819012345678' },
      ['phone-is-username'],
    ],
    [
      'by both has the e-mail',
      'monaca',
      { ...phone('+819012345678'), ...email('a@b.example') },
      { phone: '+819012345678', email: 'a@b.example', username: 'a@b.example' },
      ['email-is-username'],
    ],
    ['with an address for a name signs in by it', 'kii', { username: 'a@b.example' }, { email: 'a@b.example' }, ['username-is-email']],
    [
      'with the same address twice has it once',
      'kii',
      { username: 'A@b.example', ...email('a@b.example') },
      { email: 'a@b.example' },
      ['username-is-email'],
    ],
    ['without anything gets a name', 'kinvey', {}, { username: 'moved-source-id-1' }, ['username-made-up']],
    ['whose phone is blank loses nothing', 'kii', { username: 'ada', ...phone(' ') }, { username: 'ada' }, []],
  ])('%s (%s)', (_, vendor, about, identifiers, losses) => {
    expect(moved(about, vendor).input.identifiers).toEqual(identifiers)
    expect(lossesOf(about, vendor)).toEqual(losses)
  })

  it.each<[Vendor, Partial<User>, NewUser['identifiers'], LossCode, string]>([
    ['kii', { username: 'José Núñez' }, { username: 'Jose-Nunez' }, 'username-adapted', 'username'],
    ['kii', { username: '山' }, { username: 'u5c71' }, 'username-adapted', 'username'],
    ['kii', { username: 'ab' }, { username: 'ab0' }, 'username-adapted', 'username'],
    ['kii', { username: 'x'.repeat(70) }, { username: 'x'.repeat(64) }, 'username-adapted', 'username'],
    [
      'kii',
      { username: 'a@b.example', ...email('c@d.example') },
      { username: 'a-b.example', email: 'c@d.example' },
      'username-adapted',
      'username',
    ],
    ['monaca', { username: 'two words' }, { username: 'two-words' }, 'username-adapted', 'username'],
    ['monaca', { username: 'userport-anonymous-x' }, { username: 'x' }, 'username-adapted', 'username'],
    [
      'monaca',
      email(`${'x'.repeat(300)}@b.example`),
      { email: `${'x'.repeat(300)}@b.example`, username: 'x'.repeat(255) },
      'username-adapted',
      'username',
    ],
    ['kii', { username: 'ada', ...email('nobody') }, { username: 'ada' }, 'email-dropped', 'email'],
    ['kii', { username: 'ada', ...phone('+81 90-1234-5678') }, { username: 'ada', phone: '+819012345678' }, 'phone-rewritten', 'phone'],
    ['kii', { username: 'ada', ...phone('call me') }, { username: 'ada' }, 'phone-dropped', 'phone'],
    ['kii', { username: 'ada', ...phone('09012345678') }, { username: 'ada' }, 'phone-dropped', 'phone'],
  ])('at %s with a broken rule is adapted, or held back by the policy: %j', (vendor, about, identifiers, loss, field) => {
    expect(moved(about, vendor, adapt).input.identifiers).toEqual(identifiers)
    expect(lossesOf(about, vendor, adapt)).toEqual([loss])
    expect(mapped(about, vendor, { invalid: 'fail' })).toMatchObject({ decision: 'fail', problem: { code: 'invalid' } })
    const skipped = mapped(about, vendor, { invalid: 'skip' })
    expect(skipped).toMatchObject({ decision: 'skip', problem: { detail: expect.stringMatching(`^${field}: `) } })
  })

  it('with a local number keeps it where the country is known', () => {
    const about = { username: 'ada', country: 'JP', ...phone('09012345678') }
    expect(moved(about, 'kii').input).toMatchObject({ identifiers: { phone: '09012345678' }, profile: { country: 'JP' } })
    expect(mapped({ ...about, country: 'Japan' }, 'kii')).toMatchObject({ decision: 'fail' })
    expect(lossesOf({ ...about, country: 'Japan' }, 'kii', adapt)).toEqual(['phone-dropped', 'profile-adapted'])
  })

  it('has the username that was chosen after a conflict', () => {
    expect(moved({ username: 'ada' }, 'kii', {}, { username: 'ada-2' }).input.identifiers).toEqual({ username: 'ada-2' })
    expect(lossesOf({ username: 'ada' }, 'kii', {}, { username: 'ada-2' })).toEqual(['username-renamed'])
  })

  it('is told by what the target tells people by', () => {
    const about = { username: 'Ada', ...email('A@b.example'), ...phone('+819012345678') }
    expect(moved(about, 'kii').folded).toEqual(['username:ada', 'email:a@b.example', 'phone:+819012345678'])
    expect(moved(about, 'kinvey').folded).toEqual(['username:ada', 'email:a@b.example'])
    expect(moved(about, 'monaca').folded).toEqual(['username:ada'])
    expect(moved(email('A@b.example'), 'kinvey').folded).toEqual(
      moved({ username: 'a@B.example', ...email('a@b.example') }, 'kinvey').folded,
    )
  })
})

describe('what is proven', () => {
  const about = { username: 'ada', ...email('a@b.example', true), ...phone('+819012345678', true) }
  it.each<[Vendor, NewUser['verified'], LossCode[]]>([
    ['kii', { email: true, phone: true }, []],
    ['kinvey', { email: true }, ['phone-unverified']],
    ['monaca', undefined, ['email-unverified', 'phone-unverified']],
  ])('goes along to %s as far as it can', (vendor, verified, losses) => {
    expect(moved(about, vendor).input.verified).toEqual(verified)
    expect(lossesOf(about, vendor)).toEqual(losses)
  })

  it('is not made up', () => {
    expect(moved({ username: 'ada', ...email('a@b.example', 'unknown') }, 'kii').input.verified).toBeUndefined()
  })

  it('leaves an address behind that is still waiting', () => {
    const waiting = { email: { address: 'a@b.example', verified: true, pending: 'c@d.example' } }
    expect(lossesOf({ username: 'ada', ...waiting }, 'kii')).toEqual(['pending-contact-dropped'])
    const first = { email: { address: 'a@b.example', verified: false, pending: 'a@b.example' } }
    expect(lossesOf({ username: 'ada', ...first }, 'kii')).toEqual([])
  })
})

describe('the rest of a user', () => {
  const ada = { username: 'ada' }

  it('keeps its id and its age where the target lets it', () => {
    const about = { ...ada, createdAt: '2020-01-02T03:04:05.000Z' }
    expect(moved(about, 'kinvey', {}, { id: 'chosen' }).input).toMatchObject({ id: 'chosen', createdAt: about.createdAt })
    expect(moved(about, 'kinvey', {}, { id: 'source-id-1' }).losses).toEqual(['password-not-moved'])
    expect(moved(about, 'kii', {}, { id: 'chosen' }).input).not.toHaveProperty('id')
    expect(lossesOf(about, 'kii')).toEqual(['created-at-changed'])
  })

  it('is suspended where it was, or stays', () => {
    expect(moved({ ...ada, status: 'disabled' }, 'kii').suspend).toBe(true)
    expect(moved({ ...ada, status: 'unknown' }, 'kii').suspend).toBe(false)
    expect(mapped({ ...ada, status: 'disabled' }, 'monaca', adapt)).toMatchObject({
      decision: 'skip',
      problem: { code: 'disabled-not-carried' },
    })
  })

  it('has its texts, cut or left out where they are too long or no such thing', () => {
    expect(moved({ ...ada, displayName: 'Ada', locale: 'ja', country: 'JP' }, 'kii').input.profile).toMatchObject({
      displayName: 'Ada',
      locale: 'ja',
      country: 'JP',
    })
    const odd = { ...ada, displayName: '😀'.repeat(60), country: 'Japan' }
    expect(moved(odd, 'kii', adapt).input.profile).toMatchObject({ displayName: '😀'.repeat(50) })
    expect(moved(odd, 'kii', adapt).input.profile).not.toHaveProperty('country')
    expect(lossesOf(odd, 'kii', adapt)).toEqual(['profile-adapted'])
    expect(lossesOf({ ...ada, displayName: '' }, 'kii')).toEqual([])
  })

  it('loses its identities', () => {
    expect(lossesOf({ ...ada, identities: [{ provider: 'facebook' }] }, 'kii')).toEqual(['identities-dropped'])
  })

  it('says where it came from', () => {
    expect(moved(ada, 'kii').input.profile?.attributes).toEqual({ migratedFrom: 'source-id-1' })
    expect(moved(ada, 'kii', { originAttribute: 'was' }).input.profile?.attributes).toEqual({ was: 'source-id-1' })
  })
})

describe('attributes', () => {
  it('get another name where theirs is not taken, the same for everybody', () => {
    const rule = unreachable('monaca').rules.attributes.key
    const [one, other] = [renamedAttribute(rule, 'first_name'), renamedAttribute(rule, 'first name')]
    expect(one).toMatch(/^firstname[0-9a-f]{6}$/)
    expect(one).not.toBe(other)
    const attributes = { first_name: 1, 'first name': 2, firstname: 3, fine: 4 }
    expect(moved({ username: 'ada', attributes }, 'monaca', adapt).input.profile?.attributes).toEqual({
      [String(one)]: 1,
      [String(other)]: 2,
      firstname: 3,
      fine: 4,
      migratedFrom: 'source-id-1',
    })
    expect(lossesOf({ username: 'ada', attributes }, 'monaca', adapt)).toEqual(['attribute-renamed'])
    expect(mapped({ username: 'ada', attributes }, 'monaca')).toMatchObject({
      decision: 'fail',
      problem: { detail: 'attributes.first_name: its name must be letters and digits, beginning with a letter' },
    })
  })

  it('are left out where the other name is somebody else’s', () => {
    const other = renamedAttribute(unreachable('monaca').rules.attributes.key, 'first_name') ?? ''
    const about = { username: 'ada', attributes: { first_name: 1, [other]: 2 } }
    expect(moved(about, 'monaca', adapt).input.profile?.attributes).toEqual({ [other]: 2, migratedFrom: 'source-id-1' })
    expect(lossesOf(about, 'monaca', adapt)).toEqual(['attribute-dropped'])
  })

  it('of an earlier migration give way to this one', () => {
    const about = { username: 'ada', attributes: { migratedFrom: 'long-ago' } }
    expect(mapped(about, 'kii')).toMatchObject({ decision: 'fail' })
    const { attributes = {} } = moved(about, 'kii', adapt).input.profile ?? {}
    expect(attributes['migratedFrom']).toBe('source-id-1')
    expect(Object.values(attributes)).toContain('long-ago')
  })

  it('fit together with the id, the largest left out first', () => {
    const room = 63 * 1024 - JSON.stringify({ a: '', b: 'bb', migratedFrom: 'source-id-1' }).length
    const exactly = { username: 'ada', attributes: { a: 'x'.repeat(room), b: 'bb' } }
    expect(lossesOf(exactly, 'kii')).toEqual([])
    const over = { username: 'ada', attributes: { a: 'x'.repeat(room + 1), b: 'bb' } }
    expect(mapped(over, 'kii')).toMatchObject({
      decision: 'fail',
      problem: { detail: 'attributes: must have at most 64512 bytes as JSON' },
    })
    expect(moved(over, 'kii', adapt).input.profile?.attributes).toEqual({ b: 'bb', migratedFrom: 'source-id-1' })
    expect(lossesOf(over, 'kii', adapt)).toEqual(['attributes-too-large'])
  })

  it('with the name of a field of the target are known by the directory’s own checks', async () => {
    const people = [user({ username: 'ada', attributes: { phone: 5, displayName: { first: 'Ada' } } })]
    const learn = targetOf(unreachable('kinvey'))
    const target = await learn(people)
    expect(target.rules.attributes.reserved).toEqual(expect.arrayContaining(['phone', 'displayName']))
    expect(await learn(people)).toBe(target)
    const [about] = people
    if (about === undefined) throw new Error('nobody')
    expect(mapUser(about, target, defaultPolicy)).toMatchObject({
      decision: 'fail',
      problem: { detail: expect.stringMatching('^attributes.phone') },
    })
    expect(mapUser(about, await targetOf(unreachable('kii'))(people), { ...defaultPolicy, invalid: 'adapt' })).toMatchObject({
      input: { profile: { attributes: { phone: 5 } } },
    })
  })
})

describe('somebody anonymous', () => {
  const nobody: Partial<User> = { kind: 'anonymous', username: '0e37df36-f698-11e6-8dd4-cb9ced3df976', ...email('a@b.example') }
  const move: Partial<MovePolicy> = { anonymous: 'move' }

  it('stays, unless the policy is to move them', () => {
    expect(mapped(nobody, 'kii')).toEqual({ decision: 'leave' })
  })

  it('gets no login by moving', () => {
    expect(moved(nobody, 'kii', move).input.identifiers).toEqual({})
    expect(moved(nobody, 'kii', move).losses).toEqual(['username-dropped', 'email-dropped', 'id-replaced'])
    expect(moved(nobody, 'kinvey', move).input.identifiers).toEqual({ email: 'a@b.example' })
  })

  it('has the name that was chosen for the placeholder', () => {
    const chosen = moved({ kind: 'anonymous' }, 'monaca', move, { username: 'moved-x' })
    expect(chosen.input.identifiers).toEqual({ username: 'moved-x' })
    expect(chosen.losses).toEqual(['id-replaced'])
  })
})

it('is impossible where the target makes nobody', () => {
  const target = { ...unreachable('kii'), capabilities: { ...unreachable('kii').capabilities, create: false as const } }
  expect(mapUser(user({ username: 'ada' }), target, defaultPolicy)).toMatchObject({ decision: 'skip', problem: { code: 'capability' } })
})
