import { expect, it } from 'vitest'
import { person, start } from './support/apps.js'
import { value } from './support/results.js'

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
