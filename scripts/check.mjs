// Everything but the tests, one line each: all checks run even when one fails; the output of a check shows only when it failed.
import { temporaryFolder } from './lib/packages.mjs'
import { run, tool } from './lib/run.mjs'

const node = (script, ...args) => [process.execPath, [`scripts/${script}.mjs`, ...args]]
const packed = temporaryFolder()

const build = { name: 'install and build', command: node('bootstrap') }
const ofSource = [
  { name: 'types of tests and examples', command: [tool('tsc'), ['-p', 'tsconfig.test.json']] },
  {
    name: 'format and lint',
    command: [tool('biome'), ['check', '--diagnostic-level=warn', '--error-on-warnings', '--max-diagnostics=50']],
  },
  { name: 'forgotten promises', command: [tool('oxlint'), ['--type-aware', '--tsconfig', 'tsconfig.test.json']] },
  { name: 'who imports whom', command: node('check-imports') },
  { name: 'unused files, exports, packages', command: [tool('knip'), ['--no-progress', '--no-config-hints']] },
  { name: 'words that must not be there', command: node('check-text') },
]
const ofPackages = [
  { name: 'tarballs', command: node('check-packages', packed) },
  { name: 'an app that installs them', command: node('check-consumer', packed) },
  { name: 'size in a browser', command: node('check-size') },
]

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`
const results = []

const perform = async ({ name, command: [program, args] }) => {
  const began = performance.now()
  const { ok, output } = await run(program, args)
  results.push(ok)
  console.log(`${ok ? 'ok    ' : 'failed'}  ${name.padEnd(32)} ${seconds(began).padStart(7)}`)
  if (!ok) console.log(`\n${output.trim()}\n`)
}
const inTurn = async (checks) => {
  for (const check of checks) await perform(check)
}

const began = performance.now()
await perform(build)
await Promise.all([inTurn(ofSource), inTurn(ofPackages)])

const failed = results.filter((ok) => !ok).length
console.log(`\n${results.length - failed} checks passed, ${failed} failed in ${seconds(began)}`)
process.exitCode = failed === 0 ? 0 : 1
