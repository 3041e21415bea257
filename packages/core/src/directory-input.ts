import type { DirectoryCapabilities, DirectoryOperations, DirectoryUpdate, NewUser } from './directory.js'
import { brokenAttribute, pathSegment, type Rules, type TextRule } from './rules.js'
import type { Identifier, Identifiers } from './user.js'
import { type BrokenInput, type Complaint, first, identifierKinds, kindOf, optional, profile, text } from './validation.js'

const given: TextRule = {}

const notAnObject = (input: unknown): Complaint =>
  typeof input === 'object' && input !== null ? undefined : { field: 'input', rule: 'must be an object' }

const userId = (id: unknown): BrokenInput | undefined => text('id', pathSegment, id)

const wholeNumber = (field: string, value: unknown): Complaint =>
  value === undefined || (Number.isSafeInteger(value) && Number(value) > 0)
    ? undefined
    : { field, rule: 'must be a whole number of at least 1' }

const identifiersIn = (rules: Rules, identifiers: Identifiers = {}): Complaint =>
  first(...identifierKinds.map((kind) => optional(kind, rules[kind], identifiers[kind])))

const wanted = ({ find }: DirectoryCapabilities, identifier: Identifier | undefined): Complaint => {
  const kind = identifier === undefined ? undefined : kindOf(identifier)
  if (kind === undefined) return { field: 'identifier', rule: 'must have a username, an email or a phone' }
  return find === false || find.identifiers.includes(kind)
    ? text(kind, given, (identifier as Identifiers)[kind])
    : { capability: `directory.find.${kind}`, instead: `find by ${find.identifiers.join(' or ')}` }
}

const newUser = (rules: Rules, create: DirectoryCapabilities['create'], input: NewUser): Complaint => {
  if (create === false) return undefined
  const { id, identifiers, password, profile: about, verified = {}, createdAt } = input
  if (id !== undefined && !create.chosenId) return { capability: 'directory.create.chosenId' }
  if (createdAt !== undefined && !create.createdAt) return { capability: 'directory.create.createdAt' }
  const verifiedKinds = (['email', 'phone'] as const).filter((kind) => verified[kind] === true)
  const unverifiable = verifiedKinds.find((kind) => !create.verified.includes(kind))
  if (unverifiable !== undefined) return { capability: `directory.create.verified.${unverifiable}` }
  const missing = verifiedKinds.find((kind) => identifiers?.[kind] === undefined)
  return first(
    id === undefined ? undefined : userId(id),
    identifiersIn(rules, identifiers),
    create.placeholder ? optional('password', rules.password, password) : text('password', rules.password, password),
    profile(rules, about),
    missing === undefined ? undefined : { field: missing, rule: 'must be given to be verified' },
    createdAt === undefined || !Number.isNaN(Date.parse(createdAt))
      ? undefined
      : { field: 'createdAt', rule: 'must be a time in ISO 8601' },
  )
}

const changeOf = (rules: Rules, { identifiers = {}, set = {}, remove = [], ...named }: DirectoryUpdate): Complaint => {
  const said = [...Object.values(identifiers), ...Object.values(named)].filter((value) => value !== undefined)
  if (said.length + Object.keys(set).length + remove.length === 0) return { field: 'change', rule: 'must name something to change' }
  const twice = remove.find((name) => Object.hasOwn(set, name))
  return first(
    twice === undefined ? undefined : { field: `attributes.${twice}`, rule: 'is set and removed at once' },
    identifiersIn(rules, identifiers),
    profile(rules, { ...named, attributes: set }),
    brokenAttribute({ ...rules.attributes, maxBytes: undefined }, Object.fromEntries(remove.map((name) => [name, null]))),
  )
}

/** What every directory checks before any request: the arguments against its rules and its capabilities. */
export const directoryComplaint = (
  operation: keyof DirectoryOperations,
  [input, more]: readonly unknown[],
  { rules, capabilities }: { readonly rules: Rules; readonly capabilities: DirectoryCapabilities },
): Complaint => {
  switch (operation) {
    case 'count':
      return undefined
    case 'list': {
      const { cursor, limit } = (input ?? {}) as { readonly cursor?: unknown; readonly limit?: unknown }
      return notAnObject(input) ?? optional('cursor', given, cursor) ?? wholeNumber('limit', limit)
    }
    case 'find':
      return wanted(capabilities, input as Identifier | undefined)
    case 'create':
      return notAnObject(input) ?? newUser(rules, capabilities.create, input as NewUser)
    case 'update':
      return userId(input) ?? notAnObject(more) ?? changeOf(rules, more as DirectoryUpdate)
    case 'setPassword':
      return userId(input) ?? text('password', rules.password, more)
    case 'get':
    case 'suspend':
    case 'restore':
    case 'erase':
      return userId(input)
  }
}
