import { describeUserProvider } from '@userport/contract'
import { contractControl, type SettingsOf, startSandbox } from '@userport/sandbox'
import { afterAll } from 'vitest'
import { createKinvey, type KinveyConfig } from '../src/index.js'

const sandbox = await startSandbox({ vendors: ['kinvey'] })
afterAll(() => sandbox.stop())

const describeKinvey = (
  name: string,
  settings: Partial<SettingsOf<'kinvey'>>,
  more: Partial<KinveyConfig>,
  only: readonly string[] = [''],
): void => {
  const { host = '', appKey = '', appSecret = '' } = sandbox.connection('kinvey')
  const app = sandbox.app('kinvey', appKey)
  app.set(settings)
  describeUserProvider({
    name: `kinvey: ${name}`,
    only,
    create: (options) => createKinvey({ host, appKey, appSecret, ...more }, options),
    control: contractControl(app),
  })
}

describeKinvey('API version 4', {}, { apiVersion: 4 })
describeKinvey('API version 6, sign-in replies are wrapped', { apiVersion: 6, wrapV6Login: true }, { apiVersion: 6 }, [
  ...['MFA-', 'IDN-', 'TOK-', 'EVW-', 'ADO-', 'BKP-', 'CNT-', 'USN-', 'VER-', 'FND-', 'SUS-'],
  ...['SUP-', 'SIN-', 'OUT-', 'ACT-', 'SES-', 'TAB-', 'ANO-', 'UPG-', 'MRG-', 'PRO-', 'PWD-', 'RST-', 'LKP-', 'DEL-', 'SEC-'],
  ...['FLT-replyLost.', 'FLT-truncated.', 'FLT-shape.'],
])
describeKinvey('tokens outlive a change of password, API version 5', { tokenOnPasswordChange: 'keep' }, { apiVersion: 5 }, [
  ...['SIN-', 'ACT-', 'SES-', 'UPG-', 'MRG-', 'PRO-', 'PWD-', 'RST-', 'SEC-', 'FLT-replyLost.'],
])
// All that writes attributes but their removal (PRO-6), which is refused where the server merges.
describeKinvey('what an update leaves out stays', { putSemantics: 'merge' }, { apiVersion: 4 }, [
  ...['PRO-1', 'PRO-2', 'PRO-3', 'PRO-4', 'PRO-5', 'PRO-9', 'UPG-3', 'MRG-2', 'MRG-3', 'CNT-1', 'USN-2', 'PWD-8', 'IDN-11'],
])
