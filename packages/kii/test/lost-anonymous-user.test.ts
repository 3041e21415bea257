import { axiosClient } from '@userport/core'
import { expect, it } from 'vitest'
import { failure, value } from '../../core/test/support/vendor-results.js'
import { createKii } from '../src/index.js'
import { person, start } from './support/apps.js'

it('an anonymous user is found again though the time ran out before it was read', async () => {
  const { world, config } = start()
  const { site, appId, appKey } = config
  const http = axiosClient()
  // As Kii's first documentation has it: the id and the token alone.
  const send: typeof http.send = async (request, signal) => {
    const answer = await http.send(request, signal)
    if (!request.url.endsWith('/users')) return answer
    const { userID, _accessToken } = JSON.parse(answer.body)
    return { ...answer, body: JSON.stringify({ userID, _accessToken }) }
  }
  const users = createKii({ site, appId, appKey }, { http: { send } })
  world.faults.add({ path: '/me$', kind: { type: 'hang' } })
  expect(await failure(users.signInAnonymously({ attributes: { cart: 'tea' } }, { deadline: 2_000 }))).toMatchObject({ _tag: 'Timeout' })
  world.faults.clear()
  expect((await value(users.signInAnonymously())).attributes).toEqual({ cart: 'tea' })
  expect(world.users()).toHaveLength(1)
})

it('an operator finds an anonymous user by the display name and deletes it', async () => {
  const { device, directory } = start()
  const [lost, kept] = [device(), device()]
  const displayName = person().username
  const { id } = await value(lost.signInAnonymously({ displayName }))
  await value(kept.signInAnonymously({ displayName: person().username }))
  const { users } = await value(directory.list({}))
  const found = users.filter((user) => user.displayName === displayName)
  expect(found).toMatchObject([{ id, kind: 'anonymous' }])
  await value(directory.erase(id))
  expect((await value(directory.list({}))).users).toHaveLength(1)
  expect((await value(kept.refresh())).kind).toBe('anonymous')
})
