// What an app waits for before its first call, each time in a new process.
import { median } from './calls.mjs'
import { startChild } from './child.mjs'
import { contestantsOf, record } from './contestants.mjs'
import { vendors } from './vendors.mjs'

const startOnce = async (app, name, recorded) => {
  const client = startChild(new URL('./client.mjs', import.meta.url), app.vendor, name)
  try {
    await client.ready
    return await client.ask({ app: { ...app, recorded } })
  } finally {
    client.stop()
  }
}

/** Milliseconds to have each contestant loaded (`imported`), and until it has signed in its first user (`toFirstUser`). */
export const measureStarts = async (sandbox, vendor, rounds) => {
  const app = await sandbox.ask({ vendor, settings: vendors[vendor].settings, users: 1 })
  const recorded = await record(app)
  const contestants = Object.entries(contestantsOf(vendor))
  const samples = contestants.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, [name, { replays }]] of contestants.entries()) {
      samples[at].push(await startOnce(app, name, replays === true ? recorded : undefined))
    }
  }
  return contestants.map(([name], at) => ({
    vendor,
    name,
    imported: median(samples[at].map(({ imported }) => imported)),
    toFirstUser: median(samples[at].map(({ toFirstUser }) => toFirstUser)),
  }))
}

/** Milliseconds from the start of a process until its sandbox listens. */
export const measureSandbox = async (rounds) => {
  const samples = []
  for (let round = 0; round < rounds; round += 1) {
    const sandbox = startChild(new URL('./sandbox.mjs', import.meta.url))
    samples.push((await sandbox.ready).listening)
    sandbox.stop()
  }
  return median(samples)
}
