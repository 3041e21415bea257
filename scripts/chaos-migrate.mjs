// Runs of a migration that are killed and troubled in every way, as processes and with a real ledger, until they are done; then both
// servers are looked at from outside. Ends with 1 where anybody was lost, doubled or changed.
// --kills 200. --seed N: is printed, so that a run can be had again. --only kills, --only scenarios. --scenario "disk full": those whose
// name has it. --pair kii:kinvey. These may be repeated. --quick: each scenario meets one pair, and the target is down for seconds alone.
// --json: for machines.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSandbox } from '@userport/sandbox'
import { countOf } from './chaos/check.mjs'
import { killRounds } from './chaos/kills.mjs'
import { randomFrom } from './chaos/random.mjs'
import { scenarios } from './chaos/scenarios.mjs'
import { checkTheCheck } from './chaos/self-check.mjs'
import { setStage } from './chaos/stage.mjs'
import { spoiltIn } from './chaos/trouble.mjs'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true, default: ['kills', 'scenarios'] },
    scenario: { type: 'string', multiple: true, default: [''] },
    pair: { type: 'string', multiple: true, default: ['kii:kinvey', 'kinvey:kii', 'monaca:kinvey'] },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000))
const random = randomFrom(seed)
const pairs = values.pair.map((pair) => pair.split(':'))
const say = (text) => (values.json ? undefined : console.log(text))

const shown = (found) =>
  Object.entries(found)
    .flatMap(([kind, lines]) => lines.map((line) => `\n  ${kind}: ${line}`))
    .join('')

const note = (text, found) => say(`${countOf(found) === 0 ? 'ok    ' : 'BROKEN'}  ${text}${shown(found)}`)

const playScenarios = async (parts) => {
  const total = { kills: 0, between: 0, rounds: 0, users: 0, spoilt: 0, undone: 0, found: [] }
  const wanted = scenarios({ quick: values.quick }).filter(({ name }) => values.scenario.some((part) => name.includes(part)))
  for (const scenario of wanted) {
    for (let round = 0; round < (values.quick ? 1 : pairs.length); round += 1) {
      const number = total.rounds
      const stage = await setStage({ ...parts, number: `scenario-${number}`, pair: pairs[number % pairs.length] })
      const { found, says, kills = 0 } = await scenario.play(stage, random)
      total.kills += kills
      total.rounds += 1
      total.users += stage.before.source.length
      total.spoilt += spoiltIn(stage)
      total.found.push(found)
      note(`${scenario.name}: ${stage.name}: ${says}`, found)
    }
  }
  return total
}

const sumOf = (totals, name) => totals.reduce((sum, total) => sum + total[name], 0)
const violationsOf = (totals, ...kinds) =>
  totals
    .flatMap(({ found }) => found)
    .flatMap((found) => Object.entries(found).filter(([kind]) => kinds.length === 0 || kinds.includes(kind)))
    .reduce((sum, [, lines]) => sum + lines.length, 0)

say(`seed ${seed}`)
const began = performance.now()
const folder = mkdtempSync(join(tmpdir(), 'userport-chaos-'))
const sandbox = await startSandbox()
const parts = { sandbox, random, folder }
const totals = []
let planted = 0
try {
  planted = await checkTheCheck(parts)
  say(`the check finds what it is there for: ${planted} of ${planted} planted violations`)
  if (values.only.includes('kills'))
    totals.push(await killRounds({ ...parts, kills: Number(values.kills), pairs, undoEvery: values.quick ? 1 : 3, note }))
  if (values.only.includes('scenarios')) totals.push(await playScenarios(parts))
} finally {
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}

const summary = {
  seed,
  seconds: Math.round((performance.now() - began) / 1_000),
  planted,
  kills: sumOf(totals, 'kills'),
  killsBetweenWriteAndReply: sumOf(totals, 'between'),
  spoiltRequests: sumOf(totals, 'spoilt'),
  rounds: sumOf(totals, 'rounds'),
  users: sumOf(totals, 'users'),
  undone: sumOf(totals, 'undone'),
  lost: violationsOf(totals, 'lost'),
  doubled: violationsOf(totals, 'doubled'),
  violations: violationsOf(totals),
}
if (values.json) console.log(JSON.stringify(summary))
else {
  const { kills, killsBetweenWriteAndReply, spoiltRequests, rounds, users, undone, lost, doubled, violations, seconds } = summary
  say(
    [
      '',
      `survived: ${kills} kills (${killsBetweenWriteAndReply} of them while replies about new users were held back), ${spoiltRequests} spoilt requests`,
      `${rounds} runs of ${users} users in all, ${undone} of them undone again, in ${seconds} s`,
      `lost: ${lost}, doubled: ${doubled}, violations of any kind: ${violations}`,
      ...(violations === 0 ? [] : [`again with: --seed ${seed}`]),
    ].join('\n'),
  )
}
process.exitCode = summary.violations === 0 ? 0 : 1
