import {
  brokenRule,
  type Capabilities,
  type Identifier,
  type IdentifierKind,
  type Identifiers,
  type Rules,
  type SignUp,
} from '@userport/core'

/** Somebody who exists nowhere else. */
export interface Person {
  /** What the person signs up with. */
  readonly identifiers: Identifiers
  /** What the person signs in with. */
  readonly identifier: Identifier
  readonly password: string
}

/** Values for providers whose rules the suite's own do not meet. Each call must give another one. */
export type MakeValue = { readonly [Name in IdentifierKind | 'password']?: () => string }

export const randomText = (length = 20): string =>
  Array.from(globalThis.crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join('')

const randomDigits = (length: number): string =>
  Array.from(globalThis.crypto.getRandomValues(new Uint8Array(length)), (byte) => String(byte % 10)).join('')

const own: Required<MakeValue> = {
  username: () => `u${randomText()}`,
  email: () => `${randomText()}@example.com`,
  phone: () => `+8190${randomDigits(8)}`,
  password: () => `Aa1${randomText()}`,
}

interface Grounds {
  readonly capabilities: Capabilities
  readonly rules: Rules
  readonly make: MakeValue
}

/** A value that fits the provider's rules. */
export const freshValue = ({ rules, make }: Pick<Grounds, 'rules' | 'make'>, name: keyof MakeValue): string => {
  const value = (make[name] ?? own[name])()
  const broken = brokenRule(rules[name], value)
  if (broken !== undefined) throw new Error(`the suite cannot make a ${name} (it ${broken}): pass make.${name}`)
  return value
}

/** The identifier that both signs up and signs in. */
export const primaryKind = ({ signUp, signIn }: Capabilities): IdentifierKind => {
  const kind = signUp.identifiers.find((one) => signIn.identifiers.includes(one))
  if (kind === undefined) throw new Error('capabilities: no identifier both signs up and signs in')
  return kind
}

export const identifierOf = (kind: IdentifierKind, identifiers: Identifiers): Identifier =>
  ({ [kind]: identifiers[kind] }) as unknown as Identifier

/** Somebody new, with the primary identifier and those named, or with exactly those of `only`. */
export const newPerson = (grounds: Grounds, more: readonly IdentifierKind[] = [], only?: IdentifierKind): Person => {
  const primary = only ?? primaryKind(grounds.capabilities)
  const kinds = only === undefined ? [...new Set([primary, ...more])] : [only]
  const identifiers: Identifiers = Object.fromEntries(kinds.map((kind) => [kind, freshValue(grounds, kind)]))
  return { identifiers, identifier: identifierOf(primary, identifiers), password: freshValue(grounds, 'password') }
}

export const credentials = ({ identifiers, password }: Person): SignUp => ({ identifiers, password })
