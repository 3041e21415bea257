import { catalogueOf } from './tests.mjs'

const words = (text = '') => text.split(' ').filter(Boolean)

/** Every id that a row must have. */
const idsOf = (chapters) =>
  chapters.flatMap(({ prefix, count }) => Array.from({ length: count }, (_, at) => `${prefix}${String(at + 1).padStart(2, '0')}`))

/** What kind of row it is: `covered`, `no client operation` or `impossible`. */
export const kindOf = ({ ours, impossible }) =>
  ours !== undefined ? 'covered' : impossible !== undefined ? 'impossible' : 'no client operation'

/** The tests of a row: those it names, then those that name it. */
export const proofOf = (id, { tests: named = [] }, catalogue) => [...new Set([...named.flatMap(catalogue.named), ...catalogue.ofRow(id)])]

const wrongReferences = (label, { contract, tests: named = [] }, catalogue, vendor) => [
  ...words(contract)
    .filter((id) => !catalogue.requirements(vendor).has(id))
    .map((id) => `${label}: the contract of ${vendor ?? 'any vendor'} has no requirement ${id}`),
  ...named.filter((reference) => catalogue.named(reference).length === 0).map((reference) => `${label}: there is no test ${reference}`),
]

const wrongRow = (id, row, catalogue, vendor) => {
  if (row === undefined) return [`${id}: has no row`]
  const reasons = [row.ours, row.instead, row.impossible].filter((each) => each !== undefined && each !== '')
  return [
    ...(reasons.length === 1 ? [] : [`${id}: needs exactly one of ours, instead and impossible`]),
    ...(row.ours !== undefined && proofOf(id, row, catalogue).length === 0 ? [`${id}: no test proves it`] : []),
    ...(row.ours !== undefined && words(row.contract).length + (row.tests ?? []).length === 0
      ? [`${id}: neither the contract nor a test of the driver proves our side`]
      : []),
    ...wrongReferences(id, row, catalogue, vendor),
  ]
}

const wrongTrap = (trap, catalogue) => [
  ...(words(trap.contract).length + (trap.tests ?? []).length === 0 ? [`"${trap.what}": no test proves it`] : []),
  ...wrongReferences(`"${trap.what}"`, trap, catalogue, trap.vendor),
]

/** What is wrong with the data, a line each; empty where every row and every trap stands. */
export const problemsOf = ({ chapters, rows, traps, pains }, tests, unknown) => {
  const ids = idsOf(chapters)
  const catalogue = catalogueOf(tests)
  const vendorOf = (id) => chapters.find(({ prefix }) => id.startsWith(prefix))?.vendor
  const strangers = catalogue.rowIds.filter((id) => !ids.includes(id))
  return [
    ...Object.keys(rows)
      .filter((id) => !ids.includes(id))
      .map((id) => `${id}: is no row of the documentation`),
    ...strangers.map((id) => `${id}: a test names this row, which does not exist`),
    ...unknown.map(({ vendor, name }) => `${name}: ${vendor} has nothing of that name`),
    ...ids.flatMap((id) => wrongRow(id, rows[id], catalogue, vendorOf(id))),
    ...[...traps, ...pains].flatMap((trap) => wrongTrap(trap, catalogue)),
  ]
}
