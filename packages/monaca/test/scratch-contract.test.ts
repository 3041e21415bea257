import { describeUserProvider } from '@userport/contract'
import { contractControl, startSandbox } from '@userport/sandbox'
import { afterAll } from 'vitest'
import { createMonaca } from '../src/index.js'
const sandbox = await startSandbox({ vendors: ['monaca'] })
afterAll(() => sandbox.stop())
const kinds = { plain: {}, noAuto: { autoLogin: false }, noData: { errorData: false, loginFailuresAlike: false }, grace: { renewedSessionGrace: 0, autoLoginToken: 'replaced', unsetProperties: 'null', timestampUnit: 'seconds', updatedAtName: '_updateAt', resetEndsOtherSessions: false } }
for (const [name, settings] of Object.entries(kinds)) {
  const c = sandbox.connection('monaca') as never as { endpoint: string; backendId: string; apiKey: string }
  const world = sandbox.app('monaca', c.backendId)
  world.set(settings as never)
  describeUserProvider({ name, create: (o: never) => createMonaca({ endpoint: c.endpoint, backendId: c.backendId, apiKey: c.apiKey }, o) as never, control: contractControl(world as never) as never } as never)
}
