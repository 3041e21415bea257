// Every tarball as it would be published: publint and arethetypeswrong find nothing, and nothing of the workspace shines through.
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { published, tarballs, temporaryFolder } from './lib/packages.mjs'
import { must, run, tool } from './lib/run.mjs'

const files = await tarballs(process.argv[2] ?? temporaryFolder())
const complaints = []

const lintPackage = async (name, file) => {
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(readFileSync(file)).buffer }, strict: true })
  complaints.push(...messages.map((message) => `${name}: ${formatMessage(message, pkg, { color: false })}`))
}

const lintTypes = async (name, file) => {
  const { ok, output } = await run(tool('attw'), [file, '--profile', 'esm-only', '--no-emoji', '--no-color', '--format', 'ascii'])
  if (!ok) complaints.push(`${name}:\n${output}`)
}

const withoutSource = (entry) => Object.fromEntries(Object.entries(entry).filter(([condition]) => condition !== 'source'))

const lintContents = async ({ name, exports }, file) => {
  const names = (await must('tar', ['-tzf', file])).trim().split('\n')
  const packed = await must('tar', ['-xOzf', file, 'package/package.json'])
  const strays = names.filter((path) => /tsbuildinfo|\/(test|oracles)\/|\.test\./.test(path))
  if (strays.length > 0) complaints.push(`${name}: ships ${strays.join(', ')}`)
  if (!names.includes('package/LICENSE')) complaints.push(`${name}: ships no LICENSE`)
  if (!names.includes('package/README.md')) complaints.push(`${name}: ships no README.md`)
  if (packed.includes('"workspace:')) complaints.push(`${name}: its package.json still speaks of the workspace`)
  const expected = Object.fromEntries(Object.entries(exports).map(([path, entry]) => [path, withoutSource(entry)]))
  if (!isDeepStrictEqual(JSON.parse(packed).exports, expected))
    complaints.push(`${name}: publishConfig.exports is not exports without "source"`)
}

for (const { manifest } of published()) {
  const { name } = manifest
  await Promise.all([lintPackage(name, files[name]), lintTypes(name, files[name]), lintContents(manifest, files[name])])
}
for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length === 0 ? 0 : 1
