// Writes the generated parts of the documentation, between their markers.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { errorTags, meaningOf } from '@userport/core'
import { capabilityMarkdown } from 'userport'

const readme = fileURLToPath(new URL('../README.md', import.meta.url))
const page = fileURLToPath(new URL('../docs/capabilities.md', import.meta.url))

const tagTable = () => ['| tag | meaning |', '| --- | --- |', ...errorTags.map((tag) => `| \`${tag}\` | ${meaningOf(tag)} |`)].join('\n')

const between = (text, name, content) => {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [before, rest] = text.split(begin)
  const [, after] = (rest ?? '').split(end)
  if (after === undefined) throw new Error(`the markers of "${name}" are missing`)
  return `${before}${begin}\n${content}\n${end}${after}`
}

/** The README as it should be, given the README as it is. */
export const withGeneratedParts = async (text) => between(between(text, 'tags', tagTable()), 'capabilities', await capabilityMarkdown(2))

/** The page with every fact. */
export const capabilitiesPage = async () =>
  `# What each vendor can do\n\nWritten by \`npm run docs\` from the same data as the types and the refusals; a test fails when it is out of date.\n\n${await capabilityMarkdown()}\n`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(page, await capabilitiesPage())
  await writeFile(readme, await withGeneratedParts(await readFile(readme, 'utf8')))
}
