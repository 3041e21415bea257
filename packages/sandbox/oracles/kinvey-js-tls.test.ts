import { init, User } from 'kinvey-js-sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'
import { newApp, newPerson } from '../test/kinvey-app.js'
import { secureHost } from './kinvey-js-host.js'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kinvey'], tls: true })
})

afterAll(() => sandbox.stop())

describe.each([4, 5, 6])('an SDK that names its own host, at API version %i', (apiVersion) => {
  it('KV03 KV08 KV14 KV18 is given the address of the sandbox as its instance', async () => {
    const { connection, world } = newApp(sandbox)
    const { appKey, appSecret } = connection
    const instanceId = `${new URL(sandbox.origin).host}/x`
    init({ kinveyConfig: { appKey, appSecret, apiVersion, instanceId }, ...secureHost(sandbox.certificate ?? '') })
    const ann = newPerson()
    await User.signup(ann)
    await User.login(ann.username, ann.password)
    expect((await User.me()).username).toBe(ann.username)
    await User.logout()
    expect(world.requests.all().map(({ path }) => path)).toContain(`/user/${appKey}/_me`)
    world.set({ micUsers: { [ann.username]: ann.password } })
    await User.loginWithMICUsingResourceOwnerCredentials(ann.username, ann.password)
    expect(world.users()).toHaveLength(2)
  })
})
