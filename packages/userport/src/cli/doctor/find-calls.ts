import { Lang, parse, type SgNode } from '@ast-grep/napi'
import type { Sdk, SdkCall } from './sdk.js'
import type { Source } from './source-files.js'
import { named, namesGiven, namesThen, namesTyped, usesIn } from './users-in.js'

/** A call of a vendor's SDK in the source of an app. */
export interface FoundCall {
  readonly call: SdkCall
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** False where only its name says so: the object it is called on may be another. */
  readonly certain: boolean
}

interface Candidate {
  readonly call: SdkCall
  readonly node: SgNode
  readonly receiver: SgNode | null
}

const isOfUser = (pattern: string): boolean => pattern.startsWith('$USER')

type Alias = readonly [name: string, root: string]

/** `const users = monaca.cloud.User`, `const { User } = Kinvey`. */
const aliasesOf = (declarator: SgNode, roots: readonly string[]): readonly Alias[] => {
  const [pattern, value] = [declarator.field('name'), declarator.field('value')?.text() ?? '']
  const names =
    pattern?.kind() === 'object_pattern' ? pattern.namedChildren().map((name) => [name.text(), `${value}.${name.text()}`] as const) : []
  const all: readonly Alias[] = pattern?.kind() === 'identifier' ? [[pattern.text(), value]] : names
  return all.filter(([name, root]) => name !== root && /^\w+$/.test(name) && roots.includes(root))
}

/** Other names that a file gives to the SDK's objects. */
const aliasesIn = (root: SgNode, { roots }: Sdk): readonly Alias[] =>
  root.findAll({ rule: { kind: 'variable_declarator' } }).flatMap((declarator) => aliasesOf(declarator, roots))

const variants = (pattern: string, aliases: readonly Alias[]): readonly string[] => [
  pattern,
  ...(isOfUser(pattern) ? [pattern.replace('$USER.', '$USER?.')] : []),
  ...aliases.flatMap(([alias, root]) => (pattern.startsWith(`${root}.`) ? [alias + pattern.slice(root.length)] : [])),
]

/** The name that a pattern is about: looking for it costs less than parsing the pattern and walking the tree. */
const nameIn = (pattern: string): string => /(\w+)\W*$/.exec(pattern.replace(/\$\w*|= null$/g, ''))?.[1] ?? ''

/** The first call of the table at each place: the more special of two comes first there. */
const candidatesIn = (root: SgNode, sdk: Sdk): readonly Candidate[] => {
  const aliases = aliasesIn(root, sdk)
  const seen = new Set<number>()
  const text = root.text()
  return sdk.calls.flatMap((call) => {
    if (!text.includes(nameIn(call.patterns[0] ?? ''))) return []
    const any = call.patterns.flatMap((pattern) => variants(pattern, aliases)).map((pattern) => ({ pattern }))
    return root.findAll({ rule: { any } }).flatMap((node) => {
      if (seen.has(node.id())) return []
      seen.add(node.id())
      return [{ call, node, receiver: call.patterns.some(isOfUser) ? node.getMatch('USER') : null }]
    })
  })
}

// The text of a long chain is not taken out for each of its calls.
const lastWordIn = (text: string, receiver: SgNode): string => {
  const end = receiver.range().end.index
  return /(\w+)\W*$/.exec(text.slice(Math.max(0, end - 200), end))?.[1] ?? ''
}

const isClass = (word: string): boolean => /^[A-Z]/.test(word)

/** `user`, `currentUser`, `$scope.user`. */
const soundsLikeUser = (word: string): boolean => /^(?:\w*U|u)ser$/.test(word)

const around = new Set(['parenthesized_expression', 'await_expression'])

const isUser = (receiver: SgNode, names: ReadonlySet<string>, giving: ReadonlySet<number>): boolean => {
  for (let node: SgNode | undefined = receiver; node !== undefined; ) {
    if (giving.has(node.id()) || named(node).some((name) => names.has(name))) return true
    node = around.has(String(node.kind())) ? node.namedChildren()[0] : undefined
  }
  return false
}

/** A call of a user gives a user only where its receiver is one, so that looking again may find more. */
const usersIn = (
  root: SgNode,
  candidates: readonly Candidate[],
  typed: readonly string[],
): { readonly names: ReadonlySet<string>; readonly giving: ReadonlySet<number> } => {
  const names = new Set(typed)
  const giving = new Set<number>()
  const ends = new Map(candidates.map((candidate) => [candidate, candidate.node.range().end.index]))
  // The first call of a chain ends first: a second look is for names alone.
  const givers = candidates
    .filter(({ call }) => call.gives === 'user')
    .sort((left, right) => (ends.get(left) ?? 0) - (ends.get(right) ?? 0))
  const uses = usesIn(root)
  for (let known = -1; known < names.size + giving.size; ) {
    known = names.size + giving.size
    for (const { node, receiver } of givers) {
      if (giving.has(node.id()) || (receiver !== null && !isUser(receiver, names, giving))) continue
      giving.add(node.id())
      for (const name of namesGiven(uses, node)) names.add(name)
    }
    for (const name of namesThen(uses, names)) names.add(name)
  }
  return { names, giving }
}

/**
 * The calls of one SDK in a piece of source. A call of a user is certain where the file shows that its object is one; else it is told
 * where its name is the SDK's own, or where the object is called a user in a file that uses the SDK.
 */
export const findCalls = ({ language, text }: Pick<Source, 'language' | 'text'>, sdk: Sdk): readonly FoundCall[] => {
  const root = parse(language, text).root()
  const usesSdk = new RegExp(sdk.marker).test(text)
  const candidates = candidatesIn(root, sdk)
  const typed = language === Lang.JavaScript ? [] : namesTyped(root, sdk.userTypes)
  const { names, giving } = usersIn(root, candidates, typed)
  return candidates
    .flatMap(({ call, node, receiver }) => {
      const certain = usesSdk && (receiver === null || isUser(receiver, names, giving))
      const word = receiver === null ? undefined : lastWordIn(text, receiver)
      const perhaps = word !== undefined && !isClass(word) && (call.common !== true || (usesSdk && soundsLikeUser(word)))
      const { line, column } = node.range().start
      return certain || perhaps ? [{ call, line: line + 1, column: column + 1, certain }] : []
    })
    .sort((left, right) => left.line - right.line || left.column - right.column)
}
