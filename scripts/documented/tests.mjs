import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { root, run, tool } from '../lib/run.mjs'

const projects = ['core', 'kii', 'kinvey', 'monaca', 'contract', 'sandbox', 'userport', 'oracles']

/**
 * Every test of the packages, as vitest would run it: `{ project, file, path }`, `path` from the outermost describe to the title.
 * Listed by vitest and not read from the source, since many titles are made by `it.each`.
 */
export const listTests = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'userport-coverage-'))
  const file = join(folder, 'tests.json')
  // Nothing runs, so the files may share their modules: that takes a quarter of the time.
  const quick = ['--no-isolate', '--pool=threads']
  const { ok, output } = await run(tool('vitest'), ['list', ...quick, `--json=${file}`, ...projects.flatMap((name) => ['--project', name])])
  if (!ok) throw new Error(`the tests cannot be listed\n${output}`)
  const listed = JSON.parse(await readFile(file, 'utf8'))
  await rm(folder, { recursive: true })
  return listed
    .map(({ name, file: path, projectName }) => ({
      project: projectName,
      file: relative(root, path).split(sep).join('/'),
      path: name.split(' > '),
    }))
    .sort((left, right) => (left.file < right.file ? -1 : left.file > right.file ? 1 : 0))
}

const rowId = /\b(?:KI|KS|KR|KP|KV|MO)\d\d\b/g
const rowRange = /\b([A-Z]{2})(\d\d) to \1(\d\d)\b/g

const range = (_, prefix, first, last) =>
  Array.from({ length: last - first + 1 }, (_each, at) => `${prefix}${String(Number(first) + at).padStart(2, '0')}`).join(' ')

/** The rows that a test names in its title or in that of a describe around it. */
export const rowsNamedBy = ({ path }) => path.join(' ').replace(rowRange, range).match(rowId) ?? []

/** What a test says, without the ids of rows. */
export const titleOf = ({ path }) => {
  const plain = path
    .at(-1)
    .replace(rowId, '')
    .replace(/\(\s*\)/g, '')
    .trim()
    .replace(/\s+/g, ' ')
  return path.length > 1 && plain.split(' ').length < 4 ? `${path.at(-2).replace(rowId, '').trim()} › ${plain}` : plain
}

/** Finds tests by `project/file: title`, the title being that of a test or of a describe around several. */
export const testsNamed = (tests, reference) => {
  const [, project, name, title] = /^(\w+)\/([\w-]+): (.*)$/.exec(reference) ?? []
  return tests.filter((test) => test.project === project && test.file.endsWith(`/${name}.test.ts`) && test.path.includes(title))
}

/** The requirements of the contract that run for a vendor, or for any: id → what holds. `RST-1` stands for all of its channels. */
export const requirementsOf = (tests, vendor) => {
  const contract = tests.filter(({ project, file }) => file.endsWith('/contract.test.ts') && (vendor === undefined || project === vendor))
  return new Map(
    contract.flatMap(({ path }) => {
      const [, base, part, title] = /^([A-Z]{3}-\w+)(\.\S+)? (.*)$/.exec(path.at(-1)) ?? []
      if (base === undefined) return []
      return [[base, title], ...(part === undefined ? [] : [[`${base}${part}`, title]])]
    }),
  )
}
