import type { Properties } from './data.js'
import { invalidParams } from './errors.js'
import { compare } from './order.js'

/** Whether a document is meant. */
export type Condition = (document: Properties) => boolean

/**
 * Reads a query of the backend's own language: `==` `!=` `<` `<=` `>` `>=` `IN` `NIN`, `&&` `||` `!( )`, numbers, texts in double quotes,
 * lists, and `?` for the bound values in their order. Fails with -32602.
 */
export const condition = (query: string, bound: readonly unknown[]): Condition => {
  const reader = readerOf(query, bound)
  const result = anyOf(reader)
  if (reader.peek() !== undefined) throw malformed()
  if (reader.unbound() > 0) throw invalidParams({ userQueryBindParams: 'There are more values than placeholders.' })
  return result
}

interface Reader {
  readonly peek: () => string | undefined
  /** Takes the next token, if it is this one or any at all. */
  readonly take: (expected?: string) => string
  readonly nextBound: () => unknown
  readonly unbound: () => number
}

const tokenPattern = /==|!=|>=|<=|&&|\|\||[><!()[\],?]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\w+|\S/g

const readerOf = (query: string, bound: readonly unknown[]): Reader => {
  const tokens = query.match(tokenPattern) ?? []
  const values = [...bound]
  let position = 0
  return {
    peek: () => tokens[position],
    take: (expected) => {
      const token = tokens[position]
      if (token === undefined || (expected !== undefined && token !== expected)) throw malformed()
      position += 1
      return token
    },
    nextBound: () => {
      if (values.length === 0) throw invalidParams({ userQueryBindParams: 'There are fewer values than placeholders.' })
      return values.shift()
    },
    unbound: () => values.length,
  }
}

const anyOf = (reader: Reader): Condition => {
  const parts = listOf(reader, '||', allOf)
  return (document) => parts.some((part) => part(document))
}

const allOf = (reader: Reader): Condition => {
  const parts = listOf(reader, '&&', single)
  return (document) => parts.every((part) => part(document))
}

const single = (reader: Reader): Condition => {
  if (reader.peek() === '!') {
    reader.take()
    const inner = group(reader)
    return (document) => !inner(document)
  }
  return reader.peek() === '(' ? group(reader) : comparison(reader)
}

const group = (reader: Reader): Condition => {
  reader.take('(')
  const inner = anyOf(reader)
  reader.take(')')
  return inner
}

const comparison = (reader: Reader): Condition => {
  const name = reader.take()
  if (!/^[A-Za-z_]\w*$/.test(name)) throw malformed()
  const holds = operators.get(reader.take())
  if (holds === undefined) throw malformed()
  const wanted = operand(reader)
  return (document) => holds(document[name], wanted)
}

const operators: ReadonlyMap<string, (value: unknown, wanted: unknown) => boolean> = new Map([
  ['==', (value: unknown, wanted: unknown) => isEqual(value, wanted)],
  ['!=', (value, wanted) => !isEqual(value, wanted)],
  ['>', (value, wanted) => (compare(value, wanted) ?? 0) > 0],
  ['<', (value, wanted) => (compare(value, wanted) ?? 0) < 0],
  ['>=', (value, wanted) => (compare(value, wanted) ?? -1) >= 0],
  ['<=', (value, wanted) => (compare(value, wanted) ?? 1) <= 0],
  ['IN', (value, wanted) => isIn(value, wanted)],
  ['NIN', (value, wanted) => !isIn(value, wanted)],
])

const isEqual = (value: unknown, wanted: unknown): boolean => (value ?? null) === wanted

const isIn = (value: unknown, wanted: unknown): boolean => Array.isArray(wanted) && wanted.some((one) => isEqual(value, one))

const operand = (reader: Reader): unknown => {
  if (reader.peek() !== '[') return scalar(reader)
  reader.take()
  const list = listOf(reader, ',', scalar)
  reader.take(']')
  return list
}

const scalar = (reader: Reader): unknown => {
  const token = reader.take()
  if (token === '?') return reader.nextBound()
  try {
    return JSON.parse(token)
  } catch {
    throw malformed()
  }
}

const listOf = <T>(reader: Reader, separator: string, item: (reader: Reader) => T): readonly T[] => {
  const items = [item(reader)]
  while (reader.peek() === separator) {
    reader.take()
    items.push(item(reader))
  }
  return items
}

const malformed = (): Error => invalidParams({ userQuery: 'Is malformed.' })
