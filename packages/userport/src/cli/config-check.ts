import { isUserError, type UserProvider } from '@userport/core'
import { redactConfig } from '../config.js'
import { createUserProvider } from '../create-user-provider.js'
import { readConfig } from '../read-config.js'
import { fail } from './fail.js'

export const checkConfig = async (file: string | undefined): Promise<void> => {
  try {
    const { value, source } = await readConfig({ vendor: 'userport', operation: 'config check' }, { file })
    const provider: UserProvider = await createUserProvider(value)
    provider.close()
    process.stdout.write(`${source} is valid.\n${JSON.stringify(redactConfig(value), null, 2)}\n`)
  } catch (error) {
    if (!isUserError(error, 'Configuration')) throw error
    fail(error.error.message)
  }
}
