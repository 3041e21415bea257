// Runs one app against three backends, changing only the configuration, and shows what each made of the same calls.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileStore } from '@userport/core/node'
import { startSandbox, type Vendor } from '@userport/sandbox'
import { createUserProvider } from 'userport'
import { type Step, tour } from './tour.js'

const vendors: readonly Vendor[] = ['kii', 'kinvey', 'monaca']

// The compiled file runs from examples/dist, the configurations stay beside the source.
const folder = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../swap-by-config/' : './', import.meta.url))

const sandbox = await startSandbox()
const sessions = await mkdtemp(join(tmpdir(), 'userport-'))

// As the app's owner sets it in Kii's console: who resets a password chooses the new one.
sandbox.app('kii', 'swap-by-config').set({ passwordResetFlow: 'chosen' })

const run = async (vendor: Vendor): Promise<readonly Step[]> => {
  const text = await readFile(join(folder, `${vendor}.config.json`), 'utf8')
  const config = JSON.parse(text.replace('http://127.0.0.1:4380', sandbox.origin)) as {
    readonly appId?: string
    readonly appKey?: string
    readonly backendId?: string
  }
  const store = fileStore(join(sessions, vendor))
  const { outbox } = sandbox.app(vendor, config.appId ?? config.backendId ?? config.appKey ?? '')
  return tour({
    start: () => createUserProvider(config, { store }),
    readMail: () => outbox.next({ purpose: 'password-reset' }),
  })
}

const table = (columns: readonly (readonly Step[])[]): string => {
  const rows = (columns[0] ?? []).map(({ step }, index) => [step, ...columns.map((column) => column[index]?.outcome ?? '')])
  const all = [['', ...vendors], ...rows]
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' │ ')
      .trimEnd()
  return [line(all[0] ?? []), widths.map((width) => '─'.repeat(width)).join('─┼─'), ...rows.map(line)].join('\n')
}

try {
  const began = Date.now()
  const columns: (readonly Step[])[] = []
  for (const vendor of vendors) columns.push(await run(vendor))
  console.log(
    `One app, three configurations, three backends (on ${sandbox.origin}):\n\n${table(columns)}\n\nDone in ${((Date.now() - began) / 1000).toFixed(1)} s.`,
  )
} finally {
  await sandbox.stop()
  await rm(sessions, { recursive: true, force: true })
}
