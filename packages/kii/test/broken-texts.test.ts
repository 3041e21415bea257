import { userId } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { failure } from '../../core/test/support/vendor-results.js'
import { start } from './support/apps.js'

/** What cutting off a text may leave of an emoji. */
const half = 'ann\ud83d'

describe('a text with half of a character', () => {
  it('is refused before it comes into a path', async () => {
    const { newcomer, directory, world } = start()
    const { users } = await newcomer()
    const sent = world.requests.all().length
    const refused = await Promise.all([
      failure(users.findUser({ email: `${half}@example.com` })),
      failure(users.requestPasswordReset({ identifier: { id: userId(half) } })),
      failure(users.extension.listTopics({ paginationKey: half })),
      failure(directory.get(userId(half))),
      failure(directory.find({ username: half })),
    ])
    expect(refused.map((error) => [error._tag, 'field' in error && error.field])).toEqual([
      ['InvalidInput', 'email'],
      ['InvalidInput', 'id'],
      ['InvalidInput', 'paginationKey'],
      ['InvalidInput', 'id'],
      ['InvalidInput', 'username'],
    ])
    expect(world.requests.all()).toHaveLength(sent)
  })
})
