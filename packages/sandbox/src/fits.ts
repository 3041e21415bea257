import { createContext, Script } from 'node:vm'

const room = createContext({})
const test = new Script('pattern.test(text)')
const timeout = 1_000

/** Whether a pattern fits a text; `undefined` where it would take so long to tell that the whole server would stand still. */
export function fits(pattern: RegExp, text: string): boolean | undefined {
  try {
    return test.runInContext(Object.assign(room, { pattern, text }), { timeout })
  } catch {
    return undefined
  }
}
