import { isUserError, memoryStore, type UserProvider } from '@userport/core'
import { redactConfig } from '../config.js'
import { createUserProvider } from '../create-user-provider.js'
import { namingVariables, readConfig } from '../read-config.js'
import { fail } from './fail.js'

export const checkConfig = async (file: string | undefined): Promise<void> => {
  try {
    const found = await readConfig({ vendor: 'userport', operation: 'config check' }, { file })
    const { value, source } = found
    // The app may run where there is another storage than here: in a browser.
    const provider: UserProvider = await namingVariables(found, createUserProvider(value, { store: memoryStore() }))
    provider.close()
    process.stdout.write(`${source} is valid.\n${JSON.stringify(redactConfig(value), null, 2)}\n`)
  } catch (error) {
    if (!isUserError(error, 'Configuration')) throw error
    fail(error.error.message)
  }
}
