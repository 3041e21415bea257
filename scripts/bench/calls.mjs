// CPU and wall time of a call: every contestant in a process of its own, one round each in turn, so that a busy moment of the
// machine meets all of them alike.
import { startChild } from './child.mjs'
import { contestantsOf, record } from './contestants.mjs'
import { vendors } from './vendors.mjs'

const users = 32
// Enough calls that a collection of garbage is part of every round, and the first few, before which the process was idle, are not most of it.
const measured = [
  { operation: 'signIn', atOnce: 1, calls: users * 16 },
  { operation: 'signIn', atOnce: users, calls: users * 16 },
  { operation: 'refresh', atOnce: 1, calls: users * 32 },
  { operation: 'refresh', atOnce: users, calls: users * 32 },
]

export const median = (values) => values.toSorted((left, right) => left - right)[values.length >> 1]

const enter = async (sandbox, vendor, [name, { replays }]) => {
  const app = await sandbox.ask({ vendor, settings: vendors[vendor].settings, users })
  const client = startChild(new URL('./client.mjs', import.meta.url), vendor, name)
  await client.ready
  await client.ask({ app: { ...app, recorded: replays === true ? await record(app) : undefined } })
  const requests = async () => (await sandbox.ask({ vendor, requestsOf: app.appId })).rows
  return { name, client, requests, rounds: new Map(measured.map((each) => [each, []])) }
}

const requestsOfOne = async ({ client, requests }, { operation, atOnce }) => {
  await requests()
  await client.ask({ operation, calls: atOnce, atOnce })
  return (await requests()).length / atOnce
}

/** Until the compiler has seen the code of each user's provider often enough: after some 250 calls each the cost of one no longer falls. */
const warmUp = async ({ client }) => {
  await client.ask({ operation: 'signIn', calls: users * 256, atOnce: users })
  await client.ask({ operation: 'refresh', calls: users * 256, atOnce: users })
}

const playRound = async (entered, each) => {
  for (const { client, rounds } of entered) rounds.get(each).push(await client.ask(each))
}

const toRow = (vendor, each, { name, rounds }, base, requests) => {
  const { operation, atOnce } = each
  const mine = rounds.get(each)
  const ratio = (to, what) => median(mine.map((round, at) => round[what] / to.rounds.get(each)[at][what]))
  const against = Object.fromEntries(base.map((to) => [to.name, { cpu: ratio(to, 'cpu'), wall: ratio(to, 'wall') }]))
  return {
    vendor,
    operation,
    atOnce,
    name,
    requests,
    cpu: median(mine.map(({ cpu }) => cpu)),
    wall: median(mine.map(({ wall }) => wall)),
    against,
  }
}

/**
 * One row for each operation, number at once and contestant: microseconds a call (`cpu`, `wall`) and `against`: the ratio to
 * every contestant, the median of the ratios of the rounds.
 */
export const measureCalls = async (sandbox, vendor, rounds) => {
  const entered = []
  try {
    for (const contestant of Object.entries(contestantsOf(vendor))) entered.push(await enter(sandbox, vendor, contestant))
    for (const one of entered) await warmUp(one)
    const rows = []
    for (const each of measured) {
      const requests = []
      for (const one of entered) requests.push(await requestsOfOne(one, each))
      await playRound(entered, each)
      for (const one of entered) one.rounds.set(each, [])
      for (let round = 0; round < rounds; round += 1) await playRound(entered, each)
      rows.push(...entered.map((one, at) => toRow(vendor, each, one, entered, requests[at])))
    }
    return rows
  } finally {
    for (const { client } of entered) client.stop()
  }
}
