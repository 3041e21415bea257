// For Node: each package in a file or two, with what it uses of fp-ts and io-ts. To load some sixty small files takes several times as long.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('../packages/', import.meta.url))
const packages = ['core', 'kii', 'kinvey', 'monaca']

const inlined = /^(fp-ts|io-ts)(\/|$)/

const filesOf = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).filter((file) => file.isFile() && file.name.endsWith('.js'))

const newest = (folder) => Math.max(...filesOf(folder).map((file) => statSync(join(file.parentPath, file.name)).mtimeMs))

const bundle = async (name) => {
  const folder = join(root, name)
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entries = Object.values(exports).filter((entry) => typeof entry === 'object' && entry.node !== undefined)
  const out = join(folder, dirname(entries[0].node))
  const done = join(folder, entries[0].node)
  if (existsSync(done) && statSync(done).mtimeMs > newest(join(folder, 'dist'))) return
  const build = await rolldown({
    input: Object.fromEntries(
      entries.map((entry) => [entry.default.replace('./dist/', '').replace('.js', ''), join(folder, entry.default)]),
    ),
    platform: 'neutral',
    // Without the condition `node`, which would bring the modules of fp-ts and io-ts that cannot be shaken.
    resolve: { conditionNames: ['import', 'default'] },
    // In Node axios is one file for `require` and sixty for `import`, which take twice as long.
    plugins: [
      { name: 'axios-in-one-file', resolveId: (id) => (id === 'axios' ? { id: 'axios/dist/node/axios.cjs', external: true } : null) },
    ],
    external: (id) => id !== 'axios' && !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('#') && !inlined.test(id),
  })
  rmSync(out, { recursive: true, force: true })
  await build.write({ dir: out, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' })
  await build.close()
}

await Promise.all(packages.map(bundle))
