import https from 'node:https'
import { startSandbox } from '@userport/sandbox'
import { createUserProvider } from 'userport'
import { expect, it } from 'vitest'
import * as E from '#fp-ts/Either'

it('a provider trusts the authority that the app has Node trust', async () => {
  const { certificate = '', connection, stop } = await startSandbox({ tls: true, vendors: ['kinvey'] })
  https.globalAgent.options.ca = certificate
  const { host, appKey, appSecret } = connection('kinvey')
  const users = await createUserProvider({ vendor: 'kinvey', host, appKey, appSecret })
  expect(await users.usernameExists('nobody')()).toEqual(E.right(false))
  await stop()
})
