import type { SgNode } from '@ast-grep/napi'

const transparent = new Set(['await_expression', 'parenthesized_expression', 'as_expression', 'non_null_expression'])

const isShort = (node: SgNode): boolean => {
  const { start, end } = node.range()
  return end.index - start.index <= 1_000
}

/** The text of what can be a name: that of any other expression may be the whole file, once for each call of a chain. */
export const named = (node: SgNode | null): readonly string[] =>
  node !== null && ['identifier', 'member_expression'].includes(String(node.kind())) && isShort(node) ? [node.text()] : []

/** The name of a function's first parameter, in JavaScript or TypeScript. */
const firstParameter = (callback: SgNode | null | undefined): readonly string[] => {
  if (callback === null || callback === undefined) return []
  const single = callback.field('parameter')
  if (single !== null) return named(single)
  const first = callback.field('parameters')?.namedChildren()[0]
  return first === undefined ? [] : named(first.field('pattern') ?? first)
}

const firstArgument = (call: SgNode): SgNode | undefined => call.field('arguments')?.namedChildren()[0]

interface Then {
  readonly call: SgNode
  readonly promise: SgNode
  /** The promise, where it has a name. */
  readonly name: readonly string[]
}

/** Where the values of a file go. */
export interface Uses {
  /** By the id of an expression: its names. */
  readonly kept: ReadonlyMap<number, readonly string[]>
  readonly thens: readonly Then[]
  /** By the id of the promise. */
  readonly thenOf: ReadonlyMap<number, SgNode>
}

const keeping = [
  ['variable_declarator', 'value', 'name'],
  ['assignment_expression', 'right', 'left'],
] as const

/** What each expression is kept as: `const user = …`, `this.user = …`. */
const keptIn = (root: SgNode): Uses['kept'] => {
  const kept = new Map<number, readonly string[]>()
  for (const [kind, value, name] of keeping) {
    for (const node of root.findAll({ rule: { kind } })) {
      const names = named(node.field(name))
      if (names.length === 0) continue
      // `(await x) as T` is kept as what `x` is.
      for (let inner = node.field(value) ?? undefined; inner !== undefined; ) {
        kept.set(inner.id(), names)
        inner = transparent.has(String(inner.kind())) ? inner.namedChildren().find((child) => child.kind() !== 'comment') : undefined
      }
    }
  }
  return kept
}

const then = {
  kind: 'call_expression',
  has: { field: 'function', kind: 'member_expression', has: { field: 'property', regex: '^then$' } },
}

/** From the top down: to ask a node for its parent is to walk there from the root. */
export const usesIn = (root: SgNode): Uses => {
  const thens = root.findAll({ rule: then }).flatMap((call): readonly Then[] => {
    const promise = call.field('function')?.field('object') ?? undefined
    return promise === undefined ? [] : [{ call, promise, name: named(promise) }]
  })
  return { kept: keptIn(root), thens, thenOf: new Map(thens.map(({ call, promise }) => [promise.id(), call])) }
}

/** What `….then(function (user) {…})` gives, and what the chain goes on with. */
const namesOfThen = ({ kept }: Uses, call: SgNode): readonly string[] => [
  ...firstParameter(firstArgument(call)),
  ...(kept.get(call.id()) ?? []),
]

/** `{ success: function (user) {…} }` among the arguments. */
const successOf = (call: SgNode): readonly string[] => {
  const members = (call.field('arguments')?.namedChildren() ?? [])
    .filter((child) => child.kind() === 'object')
    .flatMap((object) => object.namedChildren())
  return members.flatMap((member) => {
    if (member.kind() === 'pair' && member.field('key')?.text() === 'success') return firstParameter(member.field('value'))
    return member.kind() === 'method_definition' && member.field('name')?.text() === 'success' ? firstParameter(member) : []
  })
}

/** The names under which the user is known that a call gives at once, later, or to a callback. */
export const namesGiven = (uses: Uses, call: SgNode): readonly string[] => {
  const waiting = uses.thenOf.get(call.id())
  return [...(uses.kept.get(call.id()) ?? []), ...(waiting === undefined ? [] : namesOfThen(uses, waiting)), ...successOf(call)]
}

/** The names that come of promises that are known by name: `promise.then(function (user) {…})`. */
export const namesThen = (uses: Uses, known: ReadonlySet<string>): readonly string[] =>
  uses.thens.flatMap(({ call, name }) => (name.some((one) => known.has(one)) ? namesOfThen(uses, call) : []))

/** The names that TypeScript says are users. */
export const namesTyped = (root: SgNode, types: readonly string[]): readonly string[] => {
  if (types.length === 0) return []
  return root.findAll({ rule: { kind: 'type_annotation' } }).flatMap((annotation) => {
    const type = annotation.text().replace(/^:\s*/, '')
    const parent = annotation.parent()
    return types.includes(type) && parent !== null ? named(parent.field('name') ?? parent.field('pattern')) : []
  })
}
