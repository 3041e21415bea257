// Two apps, the people in them, and a ledger between them.
import { join } from 'node:path'
import { startJsonChild } from '../lib/json-child.mjs'
import { newApp } from './apps.mjs'
import { bystanders, population } from './people.mjs'
import { peopleOf } from './seen.mjs'

const runner = new URL('./runner.mjs', import.meta.url)

/** The people by the ids they got. */
const createAll = async (app, people) => {
  const created = new Map()
  for (const person of people) created.set(await app.create(person), person)
  return created
}

/** A stage for one round: nobody else uses its apps, and its ledger is new. */
export const setStage = async ({
  sandbox,
  random,
  folder,
  number,
  pair,
  users = random.between(60, 140),
  anonymous = random.pick(['leave', 'move']),
}) => {
  const [from, to] = pair
  const source = newApp(sandbox, from)
  const target = newApp(sandbox, to)
  const people = population(from, random, users)
  const created = await createAll(source, people)
  await createAll(target, bystanders(to, random, people))
  const policy = {
    conflicts: random.pick(['rename', 'rename', 'skip']),
    renameTo: '{username}-{n}',
    invalid: 'adapt',
    anonymous,
    originAttribute: 'migratedFrom',
  }
  const side = ({ vendor, appId, connection }) => ({ vendor, appId, connection })
  const input = {
    from: side(source),
    to: side(target),
    ledger: `file:${join(folder, `${number}.ledger`)}`,
    policy,
    limits: {
      concurrency: random.pick([1, 2, 4, 8, 64]),
      pageSize: random.pick([7, 20, 50]),
      // No reply is held back for longer here.
      latestArrival: 3_000,
    },
    deadline: 2_000,
  }
  const look = () => ({ source: peopleOf(source), target: peopleOf(target) })
  return {
    name: `${from} → ${to}, ${policy.conflicts}, anonymous ${policy.anonymous}, ${input.limits.concurrency} at once`,
    from,
    to,
    source,
    target,
    policy,
    limits: input.limits,
    people: created,
    before: look(),
    look,
    start: (command, more = {}, process = {}) => startJsonChild(runner, { ...input, ...more, command }, process),
  }
}
