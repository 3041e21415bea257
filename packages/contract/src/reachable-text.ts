import { check } from './expectations.js'

/** Everything that can be read from a value by any path: members of any kind, prototypes, entries, `toString`, JSON. */
const reachableText = (root: unknown): string => {
  const seen = new Set<unknown>()
  const found: string[] = []

  const visit = (value: unknown): void => {
    if (typeof value === 'symbol') found.push(value.description ?? '')
    else if (typeof value !== 'object' && typeof value !== 'function') found.push(String(value))
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    seen.add(value)
    if (value instanceof Map || value instanceof Set) for (const entry of value) visit(entry)
    for (const name of Reflect.ownKeys(value)) {
      visit(name)
      visit(member(value, name))
    }
    found.push(
      textOf(() => String(value)),
      textOf(() => JSON.stringify(value) ?? ''),
    )
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== Function.prototype && prototype !== Array.prototype) visit(prototype)
  }

  visit(root)
  return found.join('\n')
}

const member = (owner: object, name: PropertyKey): unknown => {
  try {
    return Reflect.get(owner, name)
  } catch {
    return undefined
  }
}

const textOf = (make: () => string): string => {
  try {
    return make()
  } catch {
    return ''
  }
}

/** Demands that no secret can be read from a value by any path, in any of the forms it travels in. */
export const hides = (value: unknown, secrets: readonly string[], what: string): void => {
  const text = reachableText(value)
  for (const secret of secrets) {
    check(secret.length >= 4, 'a secret of the suite must be long enough to be searched for')
    check(![secret, encodeURIComponent(secret), globalThis.btoa(secret)].some((form) => text.includes(form)), `${what} holds a secret`)
  }
}
