import assert from 'node:assert/strict'
import { isUserError, toPromises, type User } from '@userport/core'
import { createKii } from '@userport/kii'
import { openLedger } from '@userport/migrate'
import { startSandbox } from '@userport/sandbox'

const sandbox = await startSandbox({ vendors: ['kii'] })
const { site = '', appId = '', appKey = '' } = sandbox.connection('kii')
const users = toPromises(createKii({ site, appId, appKey }))
await users.restore()

const username = 'alice'
const user: User = await users.signUp({ identifiers: { username }, password: 'correct horse' })
assert.equal(user.username, username)

await users.signOut()
await assert.rejects(users.signIn({ identifier: { username }, password: 'wrong horse' }), (error) =>
  isUserError(error, 'InvalidCredentials'),
)

users.close()
await sandbox.stop()

// It works in a file of its own beside the built ones.
const ledger = await openLedger('file:ledger.db')
await ledger.append([], 'a page')
assert.equal((await ledger.progress()).cursor, 'a page')
await ledger.close()
