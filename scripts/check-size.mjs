// What a browser downloads: each front door bundled and gzipped, within its budget, and free of Node modules.
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { root } from './lib/run.mjs'

/** Kilobytes (1,000 bytes), gzipped: what loads at once, and what comes with the first request (axios). */
const budgets = {
  '@userport/kii': { atOnce: 24, later: 24 },
  '@userport/kinvey': { atOnce: 24, later: 24 },
  '@userport/monaca': { atOnce: 24, later: 24 },
}

const measure = async (name) => {
  const bundle = await rolldown({
    cwd: root,
    input: 'virtual:entry',
    platform: 'browser',
    resolve: { conditionNames: ['browser', 'import', 'default'] },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`${name}: ${log.message}`)
    },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'virtual:entry' ? `${root}/entry.js` : null),
        load: (id) => (id === `${root}/entry.js` ? `export * from '${name}'` : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  const bytes = (chunks) => chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0)
  const chunks = output.filter(({ type }) => type === 'chunk')
  const lazy = new Set(chunks.filter(({ isDynamicEntry }) => isDynamicEntry))
  return { atOnce: bytes(chunks.filter((chunk) => !lazy.has(chunk))) / 1000, later: bytes([...lazy]) / 1000 }
}

const report = ([name, budget], size) => {
  const over = Object.keys(budget).some((part) => size[part] > budget[part])
  const parts = Object.keys(budget).map((part) => `${part} ${size[part].toFixed(1)} of ${budget[part]} kB`)
  console.log(`${over ? 'too big: ' : ''}${name} ${parts.join(', ')}`)
  return !over
}

for (const row of Object.entries(budgets)) {
  const fits = await measure(row[0]).then(
    (size) => report(row, size),
    (error) => console.error(`${row[0]}: ${error.message}`),
  )
  if (fits !== true) process.exitCode = 1
}
