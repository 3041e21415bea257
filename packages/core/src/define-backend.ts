import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import { type Capabilities, hasCapability, type OperationCapability, operationCapability } from './capabilities.js'
import { type Running, withDeadline } from './deadline.js'
import { type UserError, userError } from './errors.js'
import type { Result } from './result.js'
import type { Rules } from './rules.js'
import type { Session, VendorName } from './user.js'
import type { CallOptions, MissingOperation, OperationName, ResetLink, UserBackend, UserBackendOf, UserOperations } from './user-backend.js'
import { type BrokenInput, checkInput } from './validation.js'

/** What an operation knows about the call it is part of. */
export interface OperationContext extends Running {
  readonly device?: string
  /** Has the session stored before the operation goes on. */
  readonly keep: (session: Session) => Result<void>
}

type Optional = keyof OperationCapability | 'completePasswordReset'

type Promised<C extends Capabilities> =
  | Exclude<keyof OperationCapability, MissingOperation<C>>
  | (C['resetByCode'] | C['resetByLink'] extends false ? never : 'completePasswordReset')

/** What a vendor with capabilities `C` must bring: an operation missing or one too many does not compile. */
export type Implementation<C extends Capabilities> = Omit<UserOperations, Optional> &
  Pick<UserOperations, Promised<C> & keyof UserOperations> & { readonly [Name in Exclude<Optional, Promised<C>>]?: never }

export interface BackendDefinition<C extends Capabilities> {
  readonly name: VendorName
  readonly rules: Rules
  readonly usesDevice?: boolean
  /** Refuse everything with this error: the backend cannot work. */
  readonly refuse?: UserError
  /** Milliseconds, where a call does not say. */
  readonly deadline?: number
  /** Rules between fields that `rules` cannot say. */
  readonly check?: (operation: OperationName, input: unknown) => BrokenInput | undefined
  readonly operations: (context: OperationContext) => Implementation<C>
  readonly parseResetLink?: (url: string) => E.Either<BrokenInput, Omit<ResetLink, 'type' | 'vendor'>>
}

/** How many arguments an operation has before its options. */
const inputs = {
  signUp: 1,
  signIn: 1,
  signInAnonymously: 1,
  signOut: 1,
  fetchUser: 1,
  renewSession: 1,
  updateProfile: 2,
  upgrade: 2,
  changePassword: 2,
  requestPasswordReset: 1,
  completePasswordReset: 1,
  forgotUsername: 1,
  usernameExists: 1,
  findUser: 2,
  deleteUser: 2,
} as const satisfies Readonly<Record<OperationName, 1 | 2>>

export const operationNames = Object.keys(inputs) as readonly OperationName[]

const lacking = (vendor: VendorName, capabilities: Capabilities, name: OperationName): UserError | undefined => {
  const capability = (operationCapability as Partial<Record<OperationName, keyof Capabilities>>)[name]
  return capability === undefined || hasCapability(capabilities, capability)
    ? undefined
    : userError('Unsupported', { vendor, operation: name }, { capability })
}

const unusable = (refusal: UserError | undefined, operation: string): UserError | undefined =>
  refusal === undefined ? undefined : { ...refusal, operation }

const notPersisted = (context: Running): UserError =>
  userError('Unavailable', context.at, { message: 'The session could not be stored, so the operation was not begun.' })

/**
 * Builds a stateless backend from its operations: adds the refusals, the checks of every argument, and the deadline.
 * All that a vendor package or a provider of your own needs to bring is `operations`: just those that its capabilities promise.
 */
export const defineBackend = <const C extends Capabilities>(capabilities: C) => (definition: BackendDefinition<C>): UserBackendOf<C> => {
  const { name: vendor, rules } = definition

  const operation =
    (name: OperationName) =>
    (...args: readonly unknown[]): Result<unknown> => {
      const at = { vendor, operation: name }
      const options = (args[inputs[name]] ?? {}) as CallOptions
      const refused = unusable(definition.refuse, name) ?? lacking(vendor, capabilities, name) ?? checkInput(name, args, { name: vendor, rules, capabilities })
      if (refused !== undefined) return TE.left(refused)
      const broken = definition.check?.(name, args[0])
      if (broken !== undefined) return TE.left(userError('InvalidInput', at, broken))
      return withDeadline<unknown>(at, { deadline: definition.deadline, ...options }, (running) => {
        const context: OperationContext = {
          ...running,
          device: options.device,
          keep: (session) => TE.tryCatch(async () => options.keep?.(session), () => notPersisted(running)),
        }
        const run = definition.operations(context)[name as keyof Implementation<C>] as unknown as (...inputs: readonly unknown[]) => Result<unknown>
        return run(...args)
      })
    }

  const backend = {
    vendor,
    capabilities,
    rules,
    usesDevice: definition.usesDevice === true,
    ...Object.fromEntries(operationNames.map((name) => [name, operation(name)])),
    parseResetLink: (url: string): E.Either<UserError, ResetLink> => {
      const at = { vendor, operation: 'parseResetLink' }
      const refused = unusable(definition.refuse, at.operation)
      if (refused !== undefined) return E.left(refused)
      if (definition.parseResetLink === undefined) return E.left(userError('Unsupported', at, { capability: 'resetByLink' }))
      const parsed = definition.parseResetLink(url)
      return E.isRight(parsed)
        ? E.right({ type: 'reset-link', vendor, ...parsed.right })
        : E.left(userError('InvalidInput', at, parsed.left))
    },
  }
  return backend as unknown as UserBackend as UserBackendOf<C>
}
