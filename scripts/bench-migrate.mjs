// A run from Kii to Kinvey: its rate beside a bare axios loop and the vendors' SDKs, its memory, how soon it goes on after a kill, and
// what several workers bring. --users 100000, --memory-users 1000000, --rounds 3, --only throughput (distant, memory, resume, workers; may be
// repeated), --quick: all of it, small. --json: for machines. --write: into docs/migration-performance.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { document } from './bench/document.mjs'
import { measureMemory } from './bench/migrate/memory.mjs'
import { judge, report } from './bench/migrate/report.mjs'
import { measureResume } from './bench/migrate/resume.mjs'
import { measureThroughput } from './bench/migrate/throughput.mjs'
import { measureWorkers } from './bench/migrate/workers.mjs'

const parts = ['throughput', 'distant', 'memory', 'resume', 'workers']
const { values } = parseArgs({
  options: {
    users: { type: 'string' },
    'memory-users': { type: 'string' },
    rounds: { type: 'string' },
    only: { type: 'string', multiple: true, default: parts },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const users = Number(values.users ?? (values.quick ? 4_000 : 100_000))
const most = Number(values['memory-users'] ?? (values.quick ? 20_000 : 1_000_000))
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))

const folder = mkdtempSync(join(tmpdir(), 'userport-bench-'))
let ledgers = 0
const common = {
  concurrency: 64,
  pageSize: 200,
  newLedger: () => {
    ledgers += 1
    return `file:${join(folder, `${ledgers}.ledger`)}`
  },
  note: (text) => console.error(text),
}

const measures = {
  throughput: () => measureThroughput({ ...common, users, rounds, latency: 0 }),
  distant: () => measureThroughput({ ...common, users: Math.ceil(users / 5), rounds: 1, latency: 5 }),
  memory: () => measureMemory({ ...common, sizes: [Math.min(10_000, most / 2), most] }),
  resume: () => measureResume({ ...common, users }),
  workers: () => measureWorkers({ ...common, users: Math.min(users, 10_000) }),
}

const measured = {}
try {
  for (const part of parts) if (values.only.includes(part)) measured[part] = await measures[part]()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const targets = judge(measured)
const text = report(measured, targets)
console.log(values.json ? JSON.stringify({ ...measured, targets }, null, 2) : text)
if (values.write) document('bench:migrate', text, 'migration-performance')
process.exitCode = targets.every(({ met }) => met) ? 0 : 1
