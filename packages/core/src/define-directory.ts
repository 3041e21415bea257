import * as TE from '#fp-ts/TaskEither'
import { type Running, withDeadline } from './deadline.js'
import type { DirectoryCall, DirectoryCapabilities, DirectoryOperations, UserDirectory } from './directory.js'
import { directoryComplaint } from './directory-input.js'
import { type At, type UserError, userError } from './errors.js'
import type { Result } from './result.js'
import type { Rules } from './rules.js'
import type { VendorName } from './user.js'
import type { Complaint } from './validation.js'

type Optional = Exclude<keyof DirectoryOperations, 'list' | 'get'>

type CapabilityOf<Name> = Name extends 'restore' ? 'suspend' : Name

type Lacking<C extends DirectoryCapabilities> = {
  [Name in Optional]: C[CapabilityOf<Name> & keyof C] extends false ? Name : never
}[Optional]

/** What a directory with capabilities `C` must bring: an operation missing or one too many does not compile. */
export type DirectoryImplementation<C extends DirectoryCapabilities> = Omit<DirectoryOperations, Lacking<C>> & {
  readonly [Name in Lacking<C>]?: never
}

export interface DirectoryDefinition<C extends DirectoryCapabilities> {
  readonly vendor: VendorName
  readonly rules: Rules
  /** Refuse everything with this error: the directory cannot work. */
  readonly refuse?: UserError
  /** Milliseconds, where a call does not say. */
  readonly deadline?: number
  /** What `rules` and `capabilities` cannot say. */
  readonly check?: (operation: keyof DirectoryOperations, args: readonly unknown[]) => Complaint
  readonly operations: (running: Running) => DirectoryImplementation<C>
}

/** How many arguments an operation has before its options. */
const inputs = { count: 0, list: 1, get: 1, find: 1, create: 1, update: 2, setPassword: 2, suspend: 1, restore: 1, erase: 1 } as const

const capabilityOf = (name: keyof DirectoryOperations): keyof DirectoryCapabilities =>
  name === 'get' ? 'list' : name === 'restore' ? 'suspend' : name

const refusal = (at: At, complaint: Complaint): UserError | undefined => {
  if (complaint === undefined) return undefined
  return 'capability' in complaint ? userError('Unsupported', at, complaint) : userError('InvalidInput', at, complaint)
}

/** Builds a directory from its operations: adds the refusals, the checks of every argument, and the deadline. */
export const defineDirectory =
  <const C extends DirectoryCapabilities>(capabilities: C) =>
  (definition: DirectoryDefinition<C>): UserDirectory => {
    const { vendor, rules, refuse, check } = definition

    // Without types an argument may be anything, and looking into it may throw.
    const complaint = (name: keyof DirectoryOperations, args: readonly unknown[]): Complaint => {
      try {
        return directoryComplaint(name, args, { rules, capabilities }) ?? check?.(name, args)
      } catch {
        return { field: 'input', rule: 'is not of the documented form' }
      }
    }

    const operation =
      (name: keyof DirectoryOperations) =>
      (...args: readonly unknown[]): Result<unknown> => {
        const at = { vendor, operation: name }
        const capability = capabilityOf(name)
        if (refuse !== undefined) return TE.left({ ...refuse, operation: name })
        if (capabilities[capability] === false) return TE.left(userError('Unsupported', at, { capability: `directory.${capability}` }))
        const refused = refusal(at, complaint(name, args))
        if (refused !== undefined) return TE.left(refused)
        const { signal, deadline = definition.deadline } = (args[inputs[name]] ?? {}) as DirectoryCall
        return withDeadline<unknown>(at, { signal, deadline }, (running) => {
          const implementation: Partial<Record<keyof DirectoryOperations, unknown>> = definition.operations(running)
          const run = implementation[name] as (...given: readonly unknown[]) => Result<unknown>
          return run(...args)
        })
      }
    return {
      vendor,
      capabilities,
      rules,
      ...Object.fromEntries(Object.keys(inputs).map((name) => [name, operation(name as keyof DirectoryOperations)])),
    } as unknown as UserDirectory
  }
