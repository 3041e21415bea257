// Our sign-in and refresh beside a bare axios, a bare node:http and the vendor's own SDK, against the sandbox on this machine.
// --json: for machines. --vendor kii: only that one (may be repeated). --rounds 11. --write: into docs/performance.md.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measureCalls } from './bench/calls.mjs'
import { startChild } from './bench/child.mjs'
import { document } from './bench/document.mjs'
import { report } from './bench/report.mjs'
import { measureSandbox, measureStarts } from './bench/starts.mjs'
import { judge } from './bench/targets.mjs'
import { vendors } from './bench/vendors.mjs'
import { root } from './lib/run.mjs'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    rounds: { type: 'string', default: '11' },
    vendor: { type: 'string', multiple: true, default: Object.keys(vendors) },
  },
})
const rounds = Number(values.rounds)
const built = values.vendor.filter((vendor) => existsSync(`${root}/packages/${vendor}/dist/index.js`))
for (const vendor of values.vendor) if (!built.includes(vendor)) console.error(`${vendor} is not built, so it is left out`)

const ready = await measureSandbox(rounds)
const sandbox = startChild(new URL('./bench/sandbox.mjs', import.meta.url))
await sandbox.ready
const calls = []
const starts = []
for (const vendor of built) {
  starts.push(...(await measureStarts(sandbox, vendor, rounds)))
  calls.push(...(await measureCalls(sandbox, vendor, rounds)))
}
sandbox.stop()

const targets = judge({ calls, starts, sandbox: ready })
const text = report({ calls, starts, targets })
console.log(values.json ? JSON.stringify({ rounds, sandbox: ready, calls, starts, targets }, null, 2) : text)
if (values.write) document('bench', text)
