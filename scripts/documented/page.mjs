import { kindOf, proofOf } from './check.mjs'
import { catalogueOf, titleOf } from './tests.mjs'

const shown = 2

const plain = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('`', "'")
const line = (...cells) => `| ${cells.join(' | ')} |`
const table = (header, lines) => [line(...header), line(...header.map(() => '---')), ...lines].join('\n')
const codes = (text = '') =>
  text
    .split(' ')
    .filter(Boolean)
    .map((name) => `\`${name}\``)
    .join(', ')

const byFile = (tests) => tests.reduce((files, test) => files.set(test.file, [...(files.get(test.file) ?? []), test]), new Map())

/** Tests by their titles, under a link to each file; the first few of them, since their number says little. */
const quoted = (tests) => {
  const titles = [...new Map(tests.map((test) => [`${test.file} ${titleOf(test)}`, test])).values()]
  const cells = [...byFile(titles.slice(0, shown))].map(
    ([file, several]) =>
      `[${file.split('/').at(-1).replace('.test.ts', '')}](../${file}): ${several.map((test) => `“${plain(titleOf(test))}”`).join(', ')}`,
  )
  return [...cells, ...(titles.length > shown ? ['and more'] : [])].join('; ')
}

const rowLine =
  (catalogue) =>
  ([id, row]) => {
    const ours = row.ours === undefined ? (row.impossible === undefined ? row.instead : `Impossible: ${row.impossible}`) : codes(row.ours)
    const proof = proofOf(id, row, catalogue)
    const [bySdk, byDriver] = [true, false].map((wanted) => proof.filter(({ project }) => (project === 'oracles') === wanted))
    return line(`**${id}**`, row.documented, ours, codes(row.contract), quoted(byDriver), quoted(bySdk))
  }

const chapter =
  (rows, catalogue) =>
  ({ title, source, prefix }) => {
    const own = Object.entries(rows).filter(([id]) => id.startsWith(prefix))
    return [
      `### ${title}`,
      `Described in ${source}.`,
      table(
        ['id', 'the vendor documents', 'here', 'contract', 'tests of the driver', 'the vendor’s client on the sandbox'],
        own.map(rowLine(catalogue)),
      ),
    ].join('\n\n')
  }

const trapTable = (header, traps, catalogue) =>
  table(
    [header, 'contract', 'tests'],
    traps.map(({ what, contract, tests: named = [] }) => line(what, codes(contract), quoted(named.flatMap(catalogue.named)))),
  )

const totals = (chapters, rows) => {
  const count = (prefix, kind) => Object.entries(rows).filter(([id, row]) => id.startsWith(prefix) && kindOf(row) === kind).length
  const kinds = ['covered', 'no client operation', 'impossible']
  const counts = (prefixes) => kinds.map((kind) => prefixes.reduce((sum, prefix) => sum + count(prefix, kind), 0))
  const sum = (numbers) => numbers.reduce((left, right) => left + right, 0)
  const lineOf = (title, prefixes) => line(title, ...counts(prefixes), sum(counts(prefixes)))
  return table(
    ['', ...kinds, 'rows'],
    [
      ...chapters.map(({ title, prefix }) => lineOf(title, [prefix])),
      lineOf(
        '**all**',
        chapters.map(({ prefix }) => prefix),
      ),
    ],
  )
}

/** The page as Markdown. */
export const pageOf = ({ chapters, rows, traps, pains }, tests) => {
  const catalogue = catalogueOf(tests)
  const cited = new Set([...Object.values(rows), ...traps, ...pains].flatMap(({ contract = '' }) => contract.split(' ').filter(Boolean)))
  const requirements = [...catalogue.requirements()].filter(([id]) => cited.has(id))
  return `${[
    '# Coverage',
    'Written by `npm run coverage`; a test fails when it is out of date.',
    'Everything that the documentation of Kii Cloud, Kinvey and Monaca Backend says of users, what stands for it here, and the tests that prove it. ' +
      'A name in the third column is an operation of the provider, or a member of what its first word says (`user`, `config`, `capabilities`, `extension`, ' +
      '`error`, `options`, `directory`, `report`: what signing out answers, `package`: what the vendor’s package exports); the compiler is asked whether it exists. ' +
      'The requirements of the contract run for the vendor of the row. The last column is what the vendor’s own SDK does on the sandbox, unmodified; ' +
      'no package carries Monaca’s, so a client written from its reference stands in.',
    '## In numbers',
    totals(chapters, rows),
    '## Row by row',
    ...chapters.map(chapter(rows, catalogue)),
    '## Traps',
    'What the vendors’ documentation gets wrong or leaves out, and what is done about it.',
    trapTable('trap', traps, catalogue),
    '## Pains',
    'What users of other libraries for accounts suffer from.',
    trapTable('pain', pains, catalogue),
    '## The contract’s words',
    'The requirements named above.',
    table(
      ['id', 'what holds'],
      requirements.map(([id, title]) => line(`\`${id}\``, plain(title))),
    ),
  ].join('\n\n')}\n`
}
