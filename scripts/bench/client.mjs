// One contestant in a process of its own. The first message is its app; every other one is a round: so many calls, so many at once.
import { contestantsOf } from './contestants.mjs'

const [vendor, name] = process.argv.slice(2)
let operations

const started = performance.now()
const create = await contestantsOf(vendor)[name].load()
const imported = performance.now() - started
process.send({ imported })

const microseconds = ({ user, system }) => user + system

const round = async ({ operation, calls, atOnce }) => {
  const run = operations[operation]
  const cpu = process.cpuUsage()
  const began = performance.now()
  for (let done = 0; done < calls; done += atOnce) {
    await (atOnce === 1 ? run(0) : Promise.all(Array.from({ length: atOnce }, (_, slot) => run(slot))))
  }
  return { wall: ((performance.now() - began) * 1000) / calls, cpu: microseconds(process.cpuUsage(cpu)) / calls }
}

/** Building and the first sign-in, then everybody else's. */
const open = async (app) => {
  const began = performance.now()
  operations = create(app)
  await operations.signIn(0)
  const toFirstUser = imported + performance.now() - began
  for (let slot = 1; slot < app.users.length; slot += 1) await operations.signIn(slot)
  return { imported, toFirstUser }
}

const answer = ({ app, ...wanted }) => (app === undefined ? round(wanted) : open(app))

process.on('message', (message) => {
  void answer(message).then(
    (result) => process.send(result),
    (error) => process.send({ error: error?.stack ?? JSON.stringify(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
