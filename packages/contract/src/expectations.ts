import type { ErrorTag, Result, UserError, UserErrorOf } from '@userport/core'
import type { Either } from '#fp-ts/Either'

/** What a provider did is not what the contract says. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation'
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (part === undefined ? '(undefined)' : part)) ?? String(value)

/** Demands that a claim holds. */
export function check(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new ContractViolation(claim)
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** Are two plain values equal? A member that is undefined is not the same as one that is absent. */
export const equal = (left: unknown, right: unknown): boolean => {
  if (!isObject(left) || !isObject(right)) return Object.is(left, right)
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
}

export const same = (actual: unknown, expected: unknown, claim: string): void =>
  check(equal(actual, expected), `${claim}: expected ${shown(expected)}, got ${shown(actual)}`)

export const oneOf = <A>(actual: A, allowed: readonly A[], claim: string): void =>
  check(allowed.includes(actual), `${claim}: expected one of ${shown(allowed)}, got ${shown(actual)}`)

const named = ({ _tag, operation, message, code, status }: UserError): string =>
  `${operation} failed with ${_tag}${code === undefined ? '' : ` (${code})`}${status === undefined ? '' : ` [${status}]`}: ${message}`

/** After these the user can do something about it, and an app reads what from the error. */
const helped: ReadonlySet<ErrorTag> = new Set<ErrorTag>([
  'InvalidInput',
  'InvalidCredentials',
  'IdentifierTaken',
  'UserNotFound',
  'UserDisabled',
  'NotVerified',
  'SecondFactorRequired',
  'NotSignedIn',
  'SessionExpired',
  'PasswordRejected',
  'ResetCodeInvalid',
  'ResetCodeExpired',
  'VerificationCodeInvalid',
  'RateLimited',
  'Unavailable',
  'Network',
  'Timeout',
])

/** The value of an outcome that must be a success. */
export const rightOf = <A>(outcome: Either<UserError, A>): A => {
  if (outcome._tag === 'Left') throw new ContractViolation(named(outcome.left))
  return outcome.right
}

/** The error of an outcome that must be a failure with one of these tags (any, where none is named). */
export const leftOf = <Tag extends UserError['_tag']>(outcome: Either<UserError, unknown>, ...tags: readonly Tag[]): UserErrorOf<Tag> => {
  const wanted = tags.length === 0 ? 'a failure' : tags.join(' or ')
  if (outcome._tag === 'Right') throw new ContractViolation(`expected ${wanted}, got the success ${shown(outcome.right)}`)
  check(tags.length === 0 || (tags as readonly string[]).includes(outcome.left._tag), `expected ${wanted}: ${named(outcome.left)}`)
  const { _tag, userAction, carriedOut } = outcome.left
  check(carriedOut === true || !helped.has(_tag) || userAction !== undefined, `${_tag} must say what the user can do (userAction)`)
  return outcome.left as UserErrorOf<Tag>
}

/** Runs an operation that must succeed. */
export const succeeds = async <A>(operation: Result<A>): Promise<A> => rightOf(await operation())

/** Runs an operation that must fail with one of these tags. */
export const fails = async <Tag extends UserError['_tag']>(
  operation: Result<unknown>,
  ...tags: readonly Tag[]
): Promise<UserErrorOf<Tag>> => leftOf(await operation(), ...tags)
