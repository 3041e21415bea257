// An app that installs the tarballs: strict types under both module resolutions, plain Node by import and by require, the command line.
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installConsumer } from './lib/consumer.mjs'
import { entries, tarballs, temporaryFolder } from './lib/packages.mjs'
import { must, root, tool } from './lib/run.mjs'

const folder = temporaryFolder()
const files = await tarballs(process.argv[2] ?? temporaryFolder())
const manifestOf = await installConsumer(folder, files)

// The suite imports vitest, which runs nowhere but inside vitest.
const everywhere = Object.keys(files).flatMap((name) => entries(manifestOf(name)))
const inPlainNode = everywhere.filter((specifier) => !specifier.startsWith('@userport/contract'))

const write = (name, lines) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
write(
  'every-entry.ts',
  everywhere.map((specifier, at) => `export * as entry${at} from '${specifier}'`),
)
write('by-import.mjs', [
  ...inPlainNode.map((specifier, at) => `import * as entry${at} from '${specifier}'`),
  `for (const entry of [${inPlainNode.map((_, at) => `entry${at}`)}]) if (Object.keys(entry).length === 0) throw new Error('an empty entry')`,
])
write('by-require.cjs', [
  `for (const name of ${JSON.stringify(inPlainNode)}) if (Object.keys(require(name)).length === 0) throw new Error(name + ' is empty')`,
])
cpSync(`${root}/scripts/consumer`, folder, { recursive: true })

const compile = (module, moduleResolution, more = {}) => {
  const name = `tsconfig.${moduleResolution}.json`
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    module,
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    outDir: `out-${moduleResolution}`,
    ...more,
  }
  write(name, [JSON.stringify({ compilerOptions, include: ['*.ts'] })])
  return must(tool('tsc'), ['-p', name], { cwd: folder })
}
await compile('nodenext', 'nodenext')
await compile('esnext', 'bundler', { noEmit: true })

const node = (...args) => must(process.execPath, args, { cwd: folder, timeout: 60_000 })
await node('by-import.mjs')
await node('by-require.cjs')
await node('out-nodenext/program.js')
await node('node_modules/userport/bin/userport.js', '--help')
