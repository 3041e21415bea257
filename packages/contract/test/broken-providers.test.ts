import { userError } from '@userport/core'
import { createMemoryService } from '@userport/core/memory'
import { describe, expect, it } from 'vitest'
import * as TE from '#fp-ts/TaskEither'
import { runContract } from '../src/index.js'
import { type Broken, type Make, withProvider } from './breaking.js'
import { brokenAccountProviders } from './broken-account-providers.js'
import { brokenProviders } from './broken-providers.js'
import { brokenValueProviders } from './broken-value-providers.js'

const broken = [...brokenProviders, ...brokenAccountProviders, ...brokenValueProviders]

const verdictsOn = ({ caughtBy, settings }: Broken, make: Make): ReturnType<typeof runContract> => {
  const service = createMemoryService(settings)
  return runContract({ create: make(service), control: service }, { only: [caughtBy], timeLimit: 4_000 })
}

describe('a provider is caught that', () => {
  it.each(broken)('$what ($caughtBy)', async (one) => {
    const verdict = (await verdictsOn(one, one.make)).find(({ id }) => id === one.caughtBy)
    expect(verdict?.status).toBe('failed')
  })
})

describe('a provider that is not broken is not caught', () => {
  it.each(broken)('$caughtBy, for one that $what', async (one) => {
    const verdict = (
      await verdictsOn(
        one,
        withProvider(() => ({})),
      )
    ).find(({ id }) => id === one.caughtBy)
    expect(verdict).toMatchObject({ status: 'passed' })
  })
})

it('a requirement that fails leaves no rejection behind that would end the process', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const at = { vendor: 'memory', operation: 'updateProfile' }
    const refusing = withProvider(() => ({ updateProfile: () => TE.left(userError('Forbidden', at, {})) }))
    const verdicts = await verdictsOn({ what: '', caughtBy: 'TAB-', make: refusing }, refusing)
    expect(verdicts.find(({ id }) => id === 'TAB-3')).toMatchObject({ status: 'failed' })
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})
