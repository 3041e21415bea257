import { describe, expect, it } from 'vitest'
import { useBackends } from './backend.js'

const newBackend = useBackends()

describe('User.getProperties', () => {
  it('answers the named ones that are set', async () => {
    const backend = newBackend()
    const { session: __session } = await backend.register({ age: 21, icon: null, tags: ['a'] })
    const { result } = await backend.call('User.getProperties', { names: ['age', 'icon', 'missing', '_username'], __session })
    expect(result).toEqual({ properties: { age: 21, icon: null } })
  })

  it('answers null for the others, if so set', async () => {
    const backend = newBackend({ unsetProperties: 'null' })
    const { session: __session } = await backend.register({ age: 21 })
    const { result } = await backend.call('User.getProperties', { names: ['age', 'missing'], __session })
    expect(result).toEqual({ properties: { age: 21, missing: null } })
  })

  it.each([[undefined], ['age'], [[7]]])('refuses the names %s', async (names) => {
    const backend = newBackend()
    const { session: __session } = await backend.register()
    const reply = await backend.call('User.getProperties', { names, __session })
    expect(reply.error).toMatchObject({ code: -32602, data: { names: expect.any(String) } })
  })

  it('needs a session', async () => {
    expect((await newBackend().call('User.getProperties', { names: ['age'] })).error?.code).toBe(11)
  })
})

describe('User.saveProperties', () => {
  it('adds and changes, and removes nothing', async () => {
    const backend = newBackend()
    backend.world.clock.freeze(1_600_000_000_000)
    const person = await backend.register({ age: 21, icon: 'cat', untouched: 'yes' })
    backend.world.clock.advance(1_000)
    const properties = { age: 22, icon: null, nested: { deep: [1, { x: true }] } }
    const saved = await backend.call('User.saveProperties', { properties, __session: person.session })
    expect(saved).toMatchObject({ status: 200, result: {} })
    const { result } = await backend.login(person)
    expect(result?.user).toEqual({
      _id: person.id,
      _username: person.username,
      _createdAt: 1_600_000_000_000,
      _updatedAt: 1_600_000_001_000,
      ...properties,
      untouched: 'yes',
    })
  })

  it('accepts nothing to save', async () => {
    const backend = newBackend()
    const { session: __session } = await backend.register()
    expect((await backend.call('User.saveProperties', { properties: {}, __session })).error).toBeUndefined()
  })

  it.each([[{ _username: 'x' }], [{ '1st': 1 }], [{ 'e-mail': 1 }], [{ '': 1 }], [{ ünder: 1 }], ['text']])(
    'refuses %j',
    async (properties) => {
      const backend = newBackend()
      const person = await backend.register()
      const reply = await backend.call('User.saveProperties', { properties, __session: person.session })
      expect(reply.error).toMatchObject({ code: -32602, data: { properties: expect.any(String) } })
      expect((await backend.login(person)).result?.user?._username).toBe(person.username)
    },
  )

  it('counts what is stored already against the size limit', async () => {
    const backend = newBackend()
    const { session: __session } = await backend.register({ one: 'x'.repeat(300 * 1024) })
    const other = { two: 'x'.repeat(300 * 1024) }
    expect((await backend.call('User.saveProperties', { properties: other, __session })).error?.code).toBe(-32602)
    expect((await backend.call('User.saveProperties', { properties: { one: '', ...other }, __session })).error).toBeUndefined()
  })

  it('needs a session', async () => {
    expect((await newBackend().call('User.saveProperties', { properties: {} })).error?.code).toBe(11)
  })
})

describe('Device properties', () => {
  it('belong to the device, without a session', async () => {
    const backend = newBackend()
    await backend.call('Device.saveProperties', { properties: { colour: 'red', size: 1 } })
    await backend.call('Device.saveProperties', { properties: { size: 2 } })
    const names = ['colour', 'size', 'missing']
    expect((await backend.call('Device.getProperties', { names })).result).toEqual({ properties: { colour: 'red', size: 2 } })
    expect((await backend.call('Device.getProperties', { names, __device: 'device-2' })).result).toEqual({ properties: {} })
  })

  it('follow the rules for names', async () => {
    const reply = await newBackend().call('Device.saveProperties', { properties: { _x: 1 } })
    expect(reply.error).toMatchObject({ code: -32602, data: { properties: expect.any(String) } })
  })

  it('are asked for by name', async () => {
    const reply = await newBackend().call('Device.getProperties')
    expect(reply.error).toMatchObject({ code: -32602, data: { names: expect.any(String) } })
  })
})
