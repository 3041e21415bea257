import { describe, expect, it } from 'vitest'
import { createKinveyDirectory } from '../src/directory.js'
import type { KinveyConfig } from '../src/index.js'
import { account, left, newPerson, right, useSandbox } from './support/people.js'

const newApp = useSandbox()

type Fields = NonNullable<KinveyConfig['fields']>

describe('the attributes that hold the fields of a user', () => {
  it.each<readonly [what: string, fields: Fields, path: string]>([
    ['the password', { displayName: 'password' }, 'fields.displayName'],
    ['the username', { displayName: 'username' }, 'fields.displayName'],
    ['the email', { phone: 'email' }, 'fields.phone'],
    ['what the server keeps', { locale: '_acl' }, 'fields.locale'],
    ['a path', { country: 'address.country' }, 'fields.country'],
    ['one attribute for two', { displayName: 'name', phone: 'name' }, 'fields'],
    ['the attribute of another by default', { locale: 'country' }, 'fields'],
  ])('are not %s', async (_, fields, path) => {
    const { backend, config, world } = newApp({ fields })
    const directory = createKinveyDirectory({ ...config, masterSecret: 'master-secret' })
    world.requests.clear()
    const refused = { _tag: 'Configuration', path }
    expect(await left(backend.signUp({ ...account(newPerson()), profile: { displayName: 'Bob', locale: 'ja' } }))).toMatchObject(refused)
    expect(await left(directory.count())).toMatchObject(refused)
    expect(world.requests.all()).toEqual([])
  })

  it('may change places, and are their own where none is given', async () => {
    const fields = { locale: 'country', country: 'locale', phone: undefined } as Fields
    const { provider, world } = newApp({ fields })
    const profile = { displayName: 'Bob', locale: 'ja', country: 'JP' }
    expect(await right(provider.signUp({ ...account(newPerson()), profile }))).toMatchObject(profile)
    await right(provider.changeContact({ phone: '+81312345678' }))
    expect(world.users().map(({ document }) => document)).toMatchObject([
      { displayName: 'Bob', country: 'ja', locale: 'JP', phone: '+81312345678' },
    ])
  })

  it('are known by name, like every key', async () => {
    const { backend } = newApp({ fields: { nickname: 'name' } as Fields })
    expect(await left(backend.usernameExists('ann'))).toMatchObject({ _tag: 'Configuration', path: 'fields.nickname' })
  })
})
