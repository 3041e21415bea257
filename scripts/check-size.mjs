// What a browser downloads, minified and gzipped: each front door with and without axios, next to the vendor's own SDK.
// Fails where a bundle outgrows its budget or reaches a Node module. --write: into docs/performance.md.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { document } from './bench/document.mjs'
import { table } from './bench/table.mjs'
import { root } from './lib/run.mjs'

/** Kilobytes are 1,000 bytes. What loads at once, and what comes with the first request (axios). */
const budgets = { atOnce: 35, later: 24 }
const target = 10

const bundle = async (entry, onWarning = () => undefined) => {
  const building = await rolldown({
    cwd: root,
    input: 'virtual:entry',
    platform: 'browser',
    resolve: { conditionNames: ['browser', 'import', 'default'] },
    onLog: (level, log) => {
      if (level === 'warn') onWarning(log.message)
    },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'virtual:entry' ? `${root}/entry.js` : null),
        load: (id) => (id === `${root}/entry.js` ? entry : null),
      },
    ],
  })
  const { output } = await building.generate({ format: 'esm', minify: true })
  const chunks = output.filter(({ type }) => type === 'chunk')
  const kilobytes = (wanted) => chunks.filter(wanted).reduce((sum, { code }) => sum + gzipSync(code).length, 0) / 1000
  return { atOnce: kilobytes(({ isDynamicEntry }) => !isDynamicEntry), later: kilobytes(({ isDynamicEntry }) => isDynamicEntry) }
}

const refuse = (message) => {
  throw new Error(message)
}
const minified = (path) => ({ atOnce: gzipSync(readFileSync(`${root}/node_modules/${path}`)).length / 1000, later: 0 })

const ours = ['@userport/kii', '@userport/kinvey', '@userport/monaca']
const libraries = `
  export { flatMap, left, map, mapLeft, orElse, right } from 'fp-ts/es6/TaskEither.js'
  export { intersection, keyof, number, partial, string, type, UnknownRecord } from 'io-ts/es6/index.js'`
const others = {
  'fp-ts and io-ts alone, the least we need': () => bundle(libraries),
  'kii-cloud-sdk (its own minified file)': () => minified('kii-cloud-sdk/KiiSDK.min.js'),
  'kinvey-node-sdk (its own minified file, for Node)': () => minified('kinvey-node-sdk/kinvey-node-sdk.min.js'),
  'kinvey-js-sdk (its core, without transport and storage)': () => bundle(`export * from 'kinvey-js-sdk'`),
}

const kB = (size) => `${size.toFixed(1)} kB`
const cells = ([name, { atOnce, later }], goal = '') => [name, kB(atOnce), later === 0 ? '' : kB(later), kB(atOnce + later), goal]

// The file of axios is still there, but nobody asks for it (test/browser.test.ts of userport).
const byFetch = async (name) => ({ ...(await bundle(`export * from '${name}'; export * from '@userport/core/fetch'`, refuse)), later: 0 })

const measured = ours.flatMap((name) => [
  [name, bundle(`export * from '${name}'`, refuse)],
  [`${name}, by fetch`, byFetch(name)],
])
const sizes = await Promise.all(measured.map(async ([name, size]) => [name, await size]))
const compared = await Promise.all(Object.entries(others).map(async ([name, measure]) => [name, await measure()]))
const text = table(
  ['bundle', 'at once', 'with the first request', 'together', `at most ${target} kB at once`],
  [...sizes.map((row) => cells(row, row[1].atOnce <= target ? 'yes' : 'NO')), ...compared.map((row) => cells(row))],
)
console.log(text)
if (process.argv.includes('--write')) document('size', text)

for (const [name, size] of sizes) {
  for (const [part, budget] of Object.entries(budgets)) {
    if (size[part] <= budget) continue
    console.error(`${name}: ${part} ${kB(size[part])}, more than ${budget} kB`)
    process.exitCode = 1
  }
}
