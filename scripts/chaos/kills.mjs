// Runs that are killed again and again, as by a power cut, until they are done.
import { setTimeout as pause } from 'node:timers/promises'
import { ended, finish } from './finish.mjs'
import { setStage } from './stage.mjs'
import { calm, holdReplies, spoil, spoiltIn } from './trouble.mjs'

const untilOver = (child) => child.ended.then(() => true)

/** Looks every millisecond, which is less than any request takes. */
const untilTrue = async (isSo, child) => {
  let over = false
  void child.ended.finally(() => (over = true)).catch(() => undefined)
  while (!over && !isSo()) await pause(1)
}

const usersOf = ({ world }) => world.users().length
const arrived = ({ world }) => world.requests.all().length

// Only Kii's users are read one by one.
const requestsOfAPage = { kii: 60, kinvey: 4, monaca: 4 }

/** When to pull the plug. Each waits for its instant, or for the end of the process. */
const instants = {
  'at any time': (_, random, child) => Promise.race([pause(random.between(50, 1_500)), untilOver(child)]),
  'at a request to the source': (stage, random, child) => {
    const wanted = arrived(stage.source) + random.between(1, requestsOfAPage[stage.from])
    return untilTrue(() => arrived(stage.source) >= wanted, child)
  },
  'at a request to the target': (stage, random, child) => {
    const wanted = arrived(stage.target) + random.between(1, 60)
    return untilTrue(() => arrived(stage.target) >= wanted, child)
  },
  // Replies are held back for longer than it takes to see that the work is done.
  'between write and reply': (stage, random, child) => {
    const held = holdReplies(stage, 50)
    const wanted = usersOf(stage.target) + random.between(1, 12)
    return untilTrue(() => usersOf(stage.target) >= wanted, child).finally(() => held.remove())
  },
}

const oneKill = async (stage, random, command) => {
  const name = random.pick(Object.keys(instants))
  spoil(stage, random.pick([0, 0, 0.5, 1]))
  const child = stage.start(command)
  const instant = instants[name](stage, random, child)
  instant.catch(() => undefined)
  await Promise.race([instant, untilOver(child)])
  const killed = child.kill()
  return { name, killed, last: await child.ended }
}

const mostAttempts = 15

/** Rounds with new apps each, until that many kills have struck. */
export const killRounds = async ({ sandbox, random, folder, kills, pairs, undoEvery = 3, note }) => {
  const total = { kills: 0, between: 0, rounds: 0, users: 0, spoilt: 0, undone: 0, found: [] }
  for (let number = 0; total.kills < kills; number += 1) {
    const stage = await setStage({ sandbox, random, folder, number, pair: pairs[number % pairs.length] })
    let inRound = 0
    const strike = ({ name, killed }) => {
      if (!killed) return
      inRound += 1
      total.kills += 1
      if (name === 'between write and reply') total.between += 1
    }
    for (let attempt = 0; attempt < mostAttempts && total.kills < kills; attempt += 1) {
      const kill = await oneKill(stage, random, 'run')
      strike(kill)
      if (!kill.killed && ended(kill.last) === 'done') break
    }
    calm(stage)
    const killUndo = number % undoEvery === undoEvery - 1 ? async () => strike(await oneKill(stage, random, 'undo')) : undefined
    const { found, undone } = await finish(stage, killUndo)
    total.rounds += 1
    total.users += stage.before.source.length
    total.spoilt += spoiltIn(stage)
    total.undone += undone ? 1 : 0
    total.found.push(found)
    note(`${stage.name}: ${stage.before.source.length} people, ${inRound} kills`, found)
  }
  return total
}
