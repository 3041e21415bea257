import { describeUserProvider } from '@userport/contract'
import { fetchClient } from '@userport/core/fetch'
import { undiciClient } from '@userport/core/undici'
import { contractControl, startSandbox } from '@userport/sandbox'
import { afterAll } from 'vitest'
import { createKinvey } from '../src/index.js'

const sandbox = await startSandbox({ vendors: ['kinvey'] })
const undici = undiciClient()
afterAll(async () => {
  await undici.close()
  await sandbox.stop()
})

// What becomes of a request that goes astray depends on the transport.
const only = ['SUP-', 'SIN-', 'ANO-', 'FLT-', 'CAN-', 'SEC-']

for (const [name, http] of Object.entries({ undici, fetch: fetchClient() })) {
  const { host = '', appKey = '', appSecret = '' } = sandbox.connection('kinvey')
  describeUserProvider({
    name: `kinvey over ${name}`,
    only,
    create: (options) => createKinvey({ host, appKey, appSecret }, { ...options, http }),
    control: contractControl(sandbox.app('kinvey', appKey)),
  })
}
