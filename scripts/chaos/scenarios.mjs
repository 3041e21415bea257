// One trouble at a time, each to its end. A scenario answers with what it found and a line that says what happened.
import { setTimeout as pause } from 'node:timers/promises'
import { ended, explained, finish, runToItsEnd } from './finish.mjs'
import { randomPerson } from './people.mjs'
import { calm, making, spoiltIn } from './trouble.mjs'

const doneAlone = (last) => (ended(last) === 'done' ? [] : [`the run did not come through by itself: ${explained(last)}`])

const withMore = (result, unfinished) => ({ ...result.found, unfinished: [...unfinished, ...result.found.unfinished] })

/** Replies to requests that make users are lost, come twice, come late. */
const replies = (name, kind) => ({
  name: `replies ${name}`,
  play: async (stage) => {
    stage.target.world.faults.add({ ...making[stage.target.vendor], probability: 0.3, kind })
    const last = await stage.start('run').ended
    const struck = Object.values(stage.target.world.faults.struck()).reduce((sum, count) => sum + count, 0)
    calm(stage)
    const { found } = await finish(stage)
    return { found, says: `${struck} of them; the run ended as ${ended(last)}` }
  },
})

const storm = {
  name: '429 storm',
  play: async (stage) => {
    for (const { world } of [stage.source, stage.target]) {
      world.faults.add({ probability: 0.4, times: 25, kind: { type: 'status', status: 429, retryAfter: '1' } })
    }
    const last = await stage.start('run').ended
    const struck = spoiltIn(stage)
    calm(stage)
    return { found: withMore(await finish(stage), doneAlone(last)), says: `${struck} times 429, each with Retry-After: 1` }
  },
}

/** A service may say that it is down, or not answer at all. */
const outages = [
  { type: 'status', status: 503 },
  { type: 'reset', after: 'request' },
]

const down = (seconds) => ({
  name: `target down for ${seconds} s`,
  play: async (stage, random) => {
    const child = stage.start('run', { limits: { ...stage.limits, concurrency: 4 } })
    const begun = stage.target.world.users().length + random.between(5, 30)
    let over = false
    void child.ended.finally(() => (over = true)).catch(() => undefined)
    while (!over && stage.target.world.users().length < begun) await pause(2)
    for (const kind of random.chance(0.5) ? outages : outages.toReversed()) {
      const outage = stage.target.world.faults.add({ kind })
      await pause((seconds * 1_000) / outages.length)
      outage.remove()
    }
    const struck = spoiltIn(stage)
    calm(stage)
    const last = await child.ended
    return { found: withMore(await finish(stage), doneAlone(last)), says: `${struck} requests went wrong; the run ended as ${ended(last)}` }
  },
})

/** No file of the process may grow beyond the limit, so the ledger cannot either. */
const diskFull = {
  name: 'disk full on the ledger',
  play: async (stage, random) => {
    const fileLimit = random.between(130, 260) * 1_024
    const last = await stage.start('run', {}, { fileLimit }).ended
    const isTheLedgers = last.failed?.vendor === 'ledger'
    const wrong = isTheLedgers ? [] : [`it should have failed by its ledger, but: ${ended(last)}`]
    const moved = stage.target.world.users().length - stage.before.target.length
    return { found: withMore(await finish(stage), wrong), says: `full at ${fileLimit >> 10} KB, with ${moved} there: ${ended(last)}` }
  },
}

const changeOne = async (stage, random, known, gone) => {
  const { source } = stage
  const id = random.pick([...known.keys()])
  const person = known.get(id)
  switch (random.pick(['create', 'create', 'change', 'remove'])) {
    case 'create': {
      const newcomer = randomPerson(source.vendor, random)
      known.set(await source.create(newcomer), newcomer)
      return
    }
    case 'change': {
      // Of somebody without a login or barred, these protocols change less than of anybody else.
      if (person.anonymous || person.disabled) return
      const changed = {
        ...person,
        displayName: `Now ${random.letters(6)}`,
        attributes: { ...person.attributes, points: random.between(0, 9_999) },
      }
      await source.change(id, changed)
      known.set(id, changed)
      return
    }
    default:
      await source.remove(id)
      known.delete(id)
      gone.set(id, person)
  }
}

const sourceChanges = {
  name: 'source changing during the run',
  play: async (stage, random) => {
    const known = new Map([...stage.people])
    const gone = new Map()
    stage.target.world.faults.add({ kind: { type: 'latency', milliseconds: 20 } })
    const child = stage.start('run', { limits: { ...stage.limits, concurrency: 2 } })
    let over = false
    let changes = 0
    void child.ended.finally(() => (over = true)).catch(() => undefined)
    while (!over) {
      await changeOne(stage, random, known, gone)
      changes += 1
      await pause(random.between(1, 30))
    }
    calm(stage)
    await runToItsEnd(stage)
    return { found: (await finish(stage, undefined, { gone })).found, says: `${changes} people came, changed or went` }
  },
}

const twoOperators = {
  name: 'two operators start the same run',
  play: async (stage) => {
    stage.target.world.faults.add({ kind: { type: 'latency', milliseconds: 30 } })
    const both = [
      stage.start('run', { limits: { ...stage.limits, concurrency: 1 } }),
      stage.start('run', { limits: { ...stage.limits, concurrency: 1 } }),
    ]
    const refused = await Promise.race(both.map(async (child, at) => ({ at, status: ended(await child.ended) })))
    const wrong = refused.status === 'refused' ? [] : [`one should have been refused at once, but: ${refused.status}`]
    // The other one dies, and a third takes over without waiting for anything.
    const struck = both[1 - refused.at].kill()
    calm(stage)
    const third = ended(await stage.start('run').ended)
    if (third !== 'done') wrong.push(`whoever takes over from a dead process: ${third}`)
    return {
      found: withMore(await finish(stage), wrong),
      says: `one was refused, the other ${struck ? 'killed' : 'done'}, a third took over`,
      kills: struck ? 1 : 0,
    }
  },
}

/** All of them; `quick`: the target is down for seconds instead of a minute. */
export const scenarios = ({ quick }) => [
  replies('lost', { type: 'reset', after: 'write' }),
  replies('cut in half', { type: 'truncate' }),
  replies('doubled', { type: 'duplicate' }),
  replies('delayed beyond the deadline', { type: 'latency', milliseconds: 2_500, after: 'write' }),
  storm,
  down(quick ? 3 : 60),
  diskFull,
  sourceChanges,
  twoOperators,
]
