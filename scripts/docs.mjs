// Writes the generated parts of the documentation, between their markers.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { errorTags, meaningOf } from '@userport/core'
import { losses } from '@userport/migrate'
import { capabilityMarkdown } from 'userport'

const fileAt = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const table = (head, rows) => [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...rows].join('\n')
const rowsOf = (entries) => entries.map(([name, text]) => `| \`${name}\` | ${text} |`)

const between = (text, name, content) => {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [before, rest] = text.split(begin)
  const [, after] = (rest ?? '').split(end)
  if (after === undefined) throw new Error(`the markers of "${name}" are missing`)
  return `${before}${begin}\n${content}\n${end}${after}`
}

const capabilitiesPage = async () =>
  `# What each vendor can do\n\nWritten by \`npm run docs\` from the same data as the types and the refusals; a test fails when it is out of date.\n\n${await capabilityMarkdown()}\n`

/** Every page with generated parts: given the page as it is, the page as it should be. */
export const pages = {
  'docs/capabilities.md': capabilitiesPage,
  'README.md': async (text) => {
    const tags = table(['tag', 'meaning'], rowsOf(errorTags.map((tag) => [tag, meaningOf(tag)])))
    return between(between(text, 'tags', tags), 'capabilities', await capabilityMarkdown(2))
  },
  'packages/migrate/README.md': async (text) => between(text, 'losses', table(['code', 'meaning'], rowsOf(Object.entries(losses)))),
}

export const read = (page) => readFile(fileAt(page), 'utf8')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [page, renew] of Object.entries(pages)) await writeFile(fileAt(page), await renew(await read(page)))
}
