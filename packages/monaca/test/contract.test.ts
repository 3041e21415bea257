import { describeUserProvider } from '@userport/contract'
import { contractControl, type SettingsOf, startSandbox } from '@userport/sandbox'
import { afterAll } from 'vitest'
import { createMonaca, type MonacaConfig } from '../src/index.js'

const sandbox = await startSandbox({ vendors: ['monaca'] })
afterAll(() => sandbox.stop())

const describeMonaca = (name: string, settings: Partial<SettingsOf<'monaca'>>, more: Partial<MonacaConfig> = {}): void => {
  const { endpoint = '', backendId = '', apiKey = '' } = sandbox.connection('monaca')
  const app = sandbox.app('monaca', backendId)
  app.set(settings)
  describeUserProvider({
    name: `monaca: ${name}`,
    create: (options) => createMonaca({ endpoint, backendId, apiKey, ...more }, options),
    control: contractControl(app),
  })
}

describeMonaca('sessions are renewed on every reply', {}, { sessionsAfterReset: 'end' })
describeMonaca('no automatic sign-in', { autoLogin: false, renewSession: 'never' })
