import { startSandbox } from '@userport/sandbox'
import { expect, it } from 'vitest'
it('probe', async () => {
  const sandbox = await startSandbox({ vendors: ['monaca'] })
  console.log(Object.keys(sandbox), sandbox.connection('monaca', 'abc'), JSON.stringify(sandbox.app('monaca', 'abc').settings, null, 1))
  await sandbox.stop?.()
  expect(1).toBe(1)
})
