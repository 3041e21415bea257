import { describeUserProvider } from '@userport/contract'
import { createMemoryProvider, createMemoryService } from '@userport/core/memory'
import { migrating } from '../src/lazy.js'

const from = createMemoryService()
const to = createMemoryService()

const options: Pick<Parameters<typeof describeUserProvider>[0], 'create' | 'control'> = {
  create: (more) => migrating({ from: createMemoryProvider({ service: from }), to: createMemoryProvider({ ...more, service: to }) }),
  control: { ...to, requestCount: () => from.requestCount() + to.requestCount() },
}

describeUserProvider({ name: 'migrating: memory → memory', ...options })

// Of what does no work, where both services are struck: nobody hears anything else for there being two.
describeUserProvider({
  name: 'migrating: memory → memory, no connection to either',
  only: ['offline', 'hang', 'unavailable', 'rateLimited', 'html', 'shape'].map((kind) => `FLT-${kind}.`),
  create: options.create,
  control: {
    ...options.control,
    faults: {
      set: (kind, times) => {
        from.faults.set(kind, times)
        to.faults.set(kind, times)
      },
      clear: () => {
        from.faults.clear()
        to.faults.clear()
      },
    },
  },
})
