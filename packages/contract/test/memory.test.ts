import { createMemoryProvider, createMemoryService } from '@userport/core/memory'
import { describeUserProvider } from '../src/index.js'
import { variants } from './memory-variants.js'

for (const [name, { settings, only = [''] }] of Object.entries(variants)) {
  const service = createMemoryService(settings)
  describeUserProvider({
    name: `memory: ${name}`,
    only,
    create: (options) => createMemoryProvider({ ...options, service }),
    control: service,
  })
}
