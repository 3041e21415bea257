import {
  type AccessToken,
  type BrokenInput,
  brokenRule,
  type IdentityProof,
  type OperationName,
  type ResetByLink,
  type UserCriteria,
} from '@userport/core'
import type { KinveyConfig } from './config.js'
import { usedField } from './fields.js'
import { isLink } from './reset-link.js'

/** A token goes into a header, where a line break would begin another one. */
export const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)

// It becomes part of a path into the user, in which dots and dollars mean something else.
const brokenProvider = (provider: string): BrokenInput | undefined =>
  /^[^.$][^.]*$/.test(provider) ? undefined : { field: 'provider', rule: 'must be a name without a dot, and without a dollar in front' }

const brokenProof = ({ provider, tokens }: IdentityProof): BrokenInput | undefined => {
  const [field] = Object.entries(tokens).find(([, value]) => typeof value !== 'string' && typeof value !== 'number') ?? []
  return brokenProvider(provider) ?? (field === undefined ? undefined : { field: `tokens.${field}`, rule: 'must be a text or a number' })
}

// A filter that is no text would be a query of its own: of everybody, for one.
const brokenCriteria = ({ identity, ...named }: UserCriteria): BrokenInput | undefined => {
  const texts = {
    ...named,
    ...(identity === undefined ? {} : { 'identity.provider': identity?.provider, 'identity.id': identity?.id }),
  }
  for (const [field, value] of Object.entries(texts)) {
    const rule = value === undefined && !field.startsWith('identity.') ? undefined : brokenRule({}, value)
    if (rule !== undefined) return { field, rule }
  }
  return undefined
}

const brokenFor = (operation: OperationName, input: unknown): BrokenInput | undefined => {
  switch (operation) {
    case 'signInWithToken':
      return isToken((input as AccessToken).token) ? undefined : { field: 'token', rule: 'must be a token, without spaces or line breaks' }
    case 'signInWithIdentity':
    case 'linkIdentity':
      return brokenProof(input as IdentityProof)
    case 'unlinkIdentity':
      return brokenProvider(input as string)
    case 'findUsers': {
      const criteria = input as UserCriteria
      const broken = brokenCriteria(criteria)
      return broken ?? (criteria.identity === undefined ? undefined : brokenProvider(criteria.identity.provider))
    }
    case 'completePasswordReset': {
      const { link } = input as Partial<ResetByLink>
      return link === undefined || isLink(link) ? undefined : { field: 'link', rule: 'must come from parseResetLink, whole' }
    }
    default:
      return undefined
  }
}

/** What is wrong with an argument here at Kinvey, besides what the rules say. */
export const brokenInput = (operation: OperationName, input: unknown, config: KinveyConfig): BrokenInput | undefined =>
  brokenFor(operation, input) ?? usedField(input, config)
