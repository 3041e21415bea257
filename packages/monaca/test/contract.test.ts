import { describeUserProvider } from '@userport/contract'
import { contractControl, type SettingsOf, startSandbox } from '@userport/sandbox'
import { afterAll } from 'vitest'
import { createMonaca, type MonacaConfig } from '../src/index.js'

const sandbox = await startSandbox({ vendors: ['monaca'] })
afterAll(() => sandbox.stop())

const describeMonaca = (
  name: string,
  settings: Partial<SettingsOf<'monaca'>>,
  more: Partial<MonacaConfig>,
  only: readonly string[] = [''],
): void => {
  const { endpoint = '', backendId = '', apiKey = '' } = sandbox.connection('monaca')
  const app = sandbox.app('monaca', backendId)
  app.set(settings)
  describeUserProvider({
    name: `monaca: ${name}`,
    only,
    create: (options) => createMonaca({ endpoint, backendId, apiKey, ...more }, options),
    control: contractControl(app),
  })
}

describeMonaca('sessions are renewed on every reply', {}, { sessionsAfterReset: 'end', resetTokenLifetime: 3_600 })
describeMonaca(
  'no automatic sign-in, sessions outlive a reset',
  { autoLogin: false, renewSession: 'never', resetEndsOtherSessions: false },
  { sessionsAfterReset: 'stay' },
  [
    ...['SUP-', 'SIN-', 'OUT-', 'ACT-', 'SES-', 'TAB-', 'ANO-', 'UPG-', 'MRG-', 'PRO-', 'PWD-', 'RST-', 'DEL-', 'CNT-', 'BKP-', 'SEC-'],
    ...['FLT-replyLost.', 'FLT-truncated.', 'FLT-unavailable.'],
  ],
)
describeMonaca('nobody knows what a reset does to sessions', {}, {}, ['RST-'])
describeMonaca(
  'errors name no parameters, a login token serves once',
  { errorData: false, loginFailuresAlike: false, autoLoginToken: 'replaced' },
  { sessionsAfterReset: 'end' },
  // All but a wrong reset token (RST-9, RST-10): without a name it cannot be told from a password that is too short.
  ['SUP-5', 'SUP-7', 'SIN-', 'TOK-', 'ACT-3', 'SES-', 'TAB-5', 'ANO-1', 'UPG-', 'MRG-', 'CNT-', 'PWD-', 'DEL-', 'RST-4', 'RST-8'],
)
