import { readFile } from 'node:fs/promises'
import { createMemoryProvider, createMemoryService } from '@userport/core/memory'
import { expect, it } from 'vitest'
import { type ContractControl, notApplicable, type Requirement, requirements, runContract, topics } from '../src/index.js'
import { chosenBy } from '../src/requirements.js'
import { variants } from './memory-variants.js'

it('every requirement has an id and a title of its own', () => {
  expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length)
  expect(new Set(requirements.map(({ title, id }) => `${id.split('-')[0]} ${title}`)).size).toBe(requirements.length)
})

it('a choice that fits no requirement is refused, instead of passing unseen', () => {
  expect(() => chosenBy(['SUP-', 'SUB-'])).toThrow('no requirement has an id that begins with SUB-')
})

it('what does not apply is reported with its reason, and not as passed', async () => {
  const service = createMemoryService({ without: ['usernameExists'] })
  const verdicts = await runContract(
    { create: (options) => createMemoryProvider({ ...options, service }), control: service },
    { only: ['LKP-1', 'CAP-1.upgrade', 'CAP-1.usernameExists'] },
  )
  expect(verdicts).toMatchObject([
    { id: 'LKP-1', status: 'not-applicable', reason: 'needs capability usernameExists' },
    { id: 'CAP-1.upgrade', status: 'not-applicable', reason: 'is about providers without upgrade' },
    { id: 'CAP-1.usernameExists', status: 'passed' },
  ])
})

it('every kind of requirement applies to one of the services in memory', () => {
  const runs = Object.values(variants).map(({ settings, only = [''] }) => {
    const control = createMemoryService(settings)
    const { capabilities, rules } = createMemoryProvider({ service: control })
    const facts = { capabilities, rules, control: control as unknown as ContractControl }
    return (one: Requirement): boolean => chosenBy(only)(one) && notApplicable(one, facts) === undefined
  })
  // What is after the dot is a channel, a kind of identifier or a field, of which a service need not have every one.
  const kind = ({ id }: Requirement): string => id.split('.')[0] ?? ''
  const used = new Set(requirements.filter((one) => runs.some((runsIn) => runsIn(one))).map(kind))
  expect(requirements.map(kind).filter((id) => !used.has(id))).toEqual([])
})

it('the README names every topic and counts its requirements', async () => {
  const prefix = (id = ''): string => id.slice(0, id.indexOf('-') + 1)
  const rows = topics.map(({ title, requirements: of }) => `| ${title} | \`${prefix(of[0]?.id)}\` | ${of.length} |`)
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  // The formatter lines the columns up.
  expect(readme.replace(/ +/g, ' ')).toContain([...rows, `| together | | ${requirements.length} |`].join('\n'))
})
