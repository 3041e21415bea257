// Before a package is packed: its declarations name `fp-ts/lib/TaskEither.js` instead of `#fp-ts/TaskEither`, so that tools which
// read types without the package's `imports` map understand them. Runs in the folder of the package.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const { imports = {} } = JSON.parse(readFileSync('package.json', 'utf8'))
const replacements = Object.entries(imports).map(([alias, { types }]) => [
  new RegExp(`(['"])${alias.replace('*', '([\\w/-]+)')}\\1`, 'g'),
  `$1${types.replace('*', '$2')}$1`,
])

for (const name of readdirSync('dist', { recursive: true }).filter((path) => path.endsWith('.d.ts'))) {
  const file = `dist/${name}`
  const before = readFileSync(file, 'utf8')
  const after = replacements.reduce((text, [pattern, plain]) => text.replace(pattern, plain), before)
  if (after !== before) writeFileSync(file, after)
}
