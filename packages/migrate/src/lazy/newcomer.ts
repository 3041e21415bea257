import { type Identifiers, type Profile, type Result, type Rules, type User, type UserBackend, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { LossCode } from '../losses.js'
import { mapUser, type Target } from '../mapping/map-user.js'
import { cameAttribute, cameValue } from '../mapping/marks.js'
import { defaultPolicy } from '../policy.js'
import type { Outcome, Parts } from './parts.js'

/** Somebody as the target takes them. */
export interface Newcomer {
  readonly identifiers: Identifiers
  readonly profile: Profile
}

/** The target as a bulk run would see it, if all that it could do were what users can do for themselves. */
const targetOf = ({ vendor, capabilities, rules }: UserBackend, reserved: readonly string[]): Target => {
  const attributes: Rules['attributes'] = { ...rules.attributes, reserved: [...rules.attributes.reserved, ...reserved] }
  return {
    vendor,
    rules: { ...rules, attributes },
    capabilities: {
      count: false,
      signIn: capabilities.signIn,
      list: { paging: 'cursor' },
      find: false,
      create: { placeholder: true, verified: [], chosenId: false, createdAt: false },
      update: true,
      setPassword: false,
      suspend: false,
      erase: false,
    },
  }
}

const without = <Field extends keyof User>(user: User, field: Field): User => {
  const { [field]: _, ...rest } = user
  return rest as User
}

const optional = ['email', 'phone', 'displayName', 'locale', 'country'] as const

// Each refusal takes one field away, so this ends; what is refused costs no request.
const refusalsAtMost = 64

/**
 * Makes a user of the source at the target. What breaks a rule is adapted as in a bulk run; what only the target's own checks refuse
 * gets another name or is left out. `null`: there is no way to make this user there.
 */
export const asNewcomer = async <A>(
  { to, settings }: Pick<Parts, 'to' | 'settings'>,
  user: User,
  make: (newcomer: Newcomer, losses: readonly LossCode[]) => Result<A>,
): Outcome<A | null> => {
  const { originAttribute } = settings
  const policy = { ...defaultPolicy, invalid: 'adapt', anonymous: 'move', originAttribute } as const
  const reserved: string[] = []
  let known: User = { ...user, status: 'enabled' }
  for (let refusals = 0; refusals < refusalsAtMost; refusals += 1) {
    const mapped = mapUser(known, targetOf(to, reserved), policy)
    if (mapped.decision !== 'move') return E.right(null)
    const { identifiers = {}, profile = {} } = mapped.input
    const attributes = { ...profile.attributes, [cameAttribute]: cameValue }
    const made = await make({ identifiers, profile: { ...profile, attributes } }, mapped.losses)()
    if (E.isRight(made) || made.left._tag !== 'InvalidInput') return made
    const { field } = made.left
    const dispensable = optional.find((name) => name === field && known[name] !== undefined)
    if (field.startsWith('attributes.')) reserved.push(field.slice('attributes.'.length))
    else if (dispensable !== undefined) known = without(known, dispensable)
    else return made
  }
  return E.left(
    userError('InvalidInput', { vendor: to.vendor, operation: 'signUp' }, { field: 'attributes', rule: 'cannot be adapted to the target' }),
  )
}
