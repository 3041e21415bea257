import { createMemoryProvider, createMemoryService, type MemorySettings } from '@userport/core/memory'
import { describeUserProvider } from '../src/index.js'

const describeMemory = (name: string, settings: MemorySettings): void => {
  const service = createMemoryService(settings)
  describeUserProvider({
    name: `memory: ${name}`,
    create: (options) => createMemoryProvider({ ...options, service }),
    control: service,
  })
}

describeMemory('everything on', {})
describeMemory('the other way round', {
  custody: 'generated-credentials',
  upgrade: 'replaced',
  resetPassword: 'generated',
  resetEndsSessions: 'at-request',
  verificationRequired: true,
  without: ['resetByLink', 'attributeRemoval'],
})
describeMemory('only what every provider has', {
  identifiers: ['username'],
  without: ['anonymous', 'upgrade', 'attributeRemoval', 'changePassword', 'passwordReset', 'forgotUsername', 'usernameExists', 'findUser', 'deleteUser'],
})
describeMemory('anonymous users without upgrade, resets by link alone', { without: ['upgrade', 'resetByCode'] })
