import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { root, run, tool } from '../lib/run.mjs'

/**
 * Every test of some projects, as vitest would run it: `{ project, file, path }`, `path` from the outermost describe to the title.
 * Listed by vitest and not read from the source, since many titles are made by `it.each`.
 */
export const listTests = async (projects) => {
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
const rowsNamedBy = ({ path }) => new Set(path.join(' ').replace(rowRange, range).match(rowId))

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

const reference = /^(\w+)\/([\w-]+): (.*)$/

/** The project of a reference to tests, `project/file: title`. */
export const projectOf = (text) => reference.exec(text)?.[1]

/** What holds, by the id of a requirement; `RST-1` stands for all of its channels. */
const requirementsIn = (tests) =>
  new Map(
    tests.flatMap(({ path }) => {
      const [, base, part, title] = /^([A-Z]{3}-\w+)(\.\S+)? (.*)$/.exec(path.at(-1)) ?? []
      if (base === undefined) return []
      return [[base, title], ...(part === undefined ? [] : [[`${base}${part}`, title]])]
    }),
  )

/**
 * The tests by what is asked of them. `named`: by a reference, whose title is that of a test or of a describe around several.
 * `ofRow`: by the id of a row. `requirements`: those of the contract that run for a vendor, or for any, with what holds.
 */
export const catalogueOf = (tests) => {
  const rows = new Map()
  for (const test of tests) for (const id of rowsNamedBy(test)) rows.set(id, [...(rows.get(id) ?? []), test])
  const contracts = tests.filter(({ file }) => file.endsWith('/contract.test.ts'))
  const vendors = [...new Set(contracts.map(({ project }) => project))]
  const requirements = new Map(vendors.map((vendor) => [vendor, requirementsIn(contracts.filter(({ project }) => project === vendor))]))
  const all = requirementsIn(contracts)
  return {
    rowIds: [...rows.keys()],
    ofRow: (id) => rows.get(id) ?? [],
    requirements: (vendor) => (vendor === undefined ? all : (requirements.get(vendor) ?? new Map())),
    named: (text) => {
      const [, project, name, title] = reference.exec(text) ?? []
      return tests.filter((test) => test.project === project && test.file.endsWith(`/${name}.test.ts`) && test.path.includes(title))
    },
  }
}
