import type { SgNode } from '@ast-grep/napi'

const transparent = new Set(['await_expression', 'parenthesized_expression', 'as_expression', 'non_null_expression'])

/** The expression with what changes nothing about it: `(await x) as T`. */
const wholeOf = (node: SgNode): SgNode => {
  const parent = node.parent()
  return parent !== null && transparent.has(String(parent.kind())) ? wholeOf(parent) : node
}

const named = (node: SgNode | null): readonly string[] =>
  node !== null && ['identifier', 'member_expression'].includes(String(node.kind())) ? [node.text()] : []

/** What an expression is kept as: `const user = …`, `this.user = …`. */
const keptAs = (node: SgNode): readonly string[] => {
  const whole = wholeOf(node)
  const parent = whole.parent()
  switch (parent?.kind()) {
    case 'variable_declarator':
      return parent.field('value')?.id() === whole.id() ? named(parent.field('name')) : []
    case 'assignment_expression':
      return parent.field('right')?.id() === whole.id() ? named(parent.field('left')) : []
    default:
      return []
  }
}

/** The name of a function's first parameter, in JavaScript or TypeScript. */
const firstParameter = (callback: SgNode | null | undefined): readonly string[] => {
  if (callback === null || callback === undefined) return []
  const single = callback.field('parameter')
  if (single !== null) return named(single)
  const first = callback.field('parameters')?.namedChildren()[0]
  return first === undefined ? [] : named(first.field('pattern') ?? first)
}

const firstArgument = (call: SgNode): SgNode | undefined => call.field('arguments')?.namedChildren()[0]

/** `….then(function (user) {…})`, and what the chain goes on with. */
const thenOf = (node: SgNode): readonly string[] => {
  const member = node.parent()
  const call = member?.parent()
  if (member?.kind() !== 'member_expression' || member.field('property')?.text() !== 'then') return []
  return call?.kind() === 'call_expression' ? [...firstParameter(firstArgument(call)), ...keptAs(call)] : []
}

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
export const namesGiven = (call: SgNode): readonly string[] => [...keptAs(call), ...thenOf(call), ...successOf(call)]

/** The names that come of promises that are known by name: `promise.then(function (user) {…})`. */
export const namesThen = (root: SgNode, known: ReadonlySet<string>): readonly string[] =>
  root.findAll({ rule: { pattern: '$PROMISE.then($$$)' } }).flatMap((call) => {
    const promise = call.getMatch('PROMISE')
    return promise !== null && known.has(promise.text()) ? thenOf(promise) : []
  })

/** The names that TypeScript says are users. */
export const namesTyped = (root: SgNode, types: readonly string[]): readonly string[] => {
  if (types.length === 0) return []
  return root.findAll({ rule: { kind: 'type_annotation' } }).flatMap((annotation) => {
    const type = annotation.text().replace(/^:\s*/, '')
    const parent = annotation.parent()
    return types.includes(type) && parent !== null ? named(parent.field('name') ?? parent.field('pattern')) : []
  })
}
