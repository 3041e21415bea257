// Writes docs/coverage.md: what the vendors' documentation describes, what stands for it here, and which tests prove it.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { problemsOf } from './documented/check.mjs'
import { unknownNames } from './documented/names.mjs'
import { pageOf } from './documented/page.mjs'
import { chapters, rows } from './documented/rows.mjs'
import { listTests, projectOf } from './documented/tests.mjs'
import { pains, traps } from './documented/traps.mjs'

export { problemsOf } from './documented/check.mjs'
export { unknownNames } from './documented/names.mjs'

export const page = fileURLToPath(new URL('../docs/coverage.md', import.meta.url))

/** The page as it should be, and what is wrong with the data behind it. */
export const readCoverage = async () => {
  const data = { chapters, rows, traps, pains }
  const names = chapters.flatMap(({ vendor, prefix }) =>
    Object.entries(rows)
      .filter(([id]) => id.startsWith(prefix))
      .flatMap(([, { ours = '' }]) =>
        ours
          .split(' ')
          .filter(Boolean)
          .map((name) => ({ vendor, name })),
      ),
  )
  const named = [...Object.values(rows), ...traps, ...pains].flatMap(({ tests = [] }) => tests.map(projectOf))
  const projects = new Set(['oracles', ...chapters.map(({ vendor }) => vendor), ...named.filter((name) => name !== undefined)])
  const [tests, unknown] = await Promise.all([listTests([...projects]), unknownNames(names)])
  return { data, tests, problems: problemsOf(data, tests, unknown), text: pageOf(data, tests) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, text } = await readCoverage()
  if (problems.length === 0) await writeFile(page, text)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
