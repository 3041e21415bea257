import { type BrokenInput, defined, type IdentifierKind, type Identifiers, type NewUser, type User } from '@userport/core'
import type { MoveProblem } from '../ledger/ledger.js'
import { type LossCode, losses as lossTexts } from '../losses.js'
import type { MovePolicy } from '../policy.js'
import { foldedIdentifiers } from './fold.js'
import { mapAttributes } from './map-attributes.js'
import { mapContacts } from './map-contacts.js'
import { mapIdentifiers } from './map-identifiers.js'
import { mapProfile } from './map-profile.js'
import { withoutMarks } from './marks.js'
import type { Choice, Target } from './target.js'

export type { Choice, Target } from './target.js'

/** What becomes of a user of the source. `folded`: what the target would tell the user by, as `foldedIdentifiers`, to find twins with. */
export type Mapped =
  | {
      readonly decision: 'move'
      readonly input: NewUser
      /** Was disabled, and is to be suspended before anybody may come. */
      readonly suspend: boolean
      readonly losses: readonly LossCode[]
      readonly folded: readonly string[]
    }
  /** Anonymous, and the policy is to leave these. */
  | { readonly decision: 'leave' }
  | { readonly decision: 'skip' | 'fail'; readonly problem: MoveProblem; readonly folded: readonly string[] }

/** Two users with such an identifier are in each other's way at the target; with any other they are not. */
const tellsApart = ({ capabilities: { signIn, find } }: Target, kind: IdentifierKind): boolean =>
  signIn.identifiers.includes(kind) || (find !== false && find.identifiers.includes(kind))

/** What the target would tell somebody with these identifiers by. */
export const foldedAt = (target: Target, { username, email, phone }: Identifiers): readonly string[] =>
  foldedIdentifiers(
    defined({
      username,
      email: tellsApart(target, 'email') ? email : undefined,
      phone: tellsApart(target, 'phone') ? phone : undefined,
    }),
  )

const impossible = ({ status }: User, { capabilities: { create, suspend } }: Target): MoveProblem | undefined => {
  if (create === false || !create.placeholder) return { code: 'capability', detail: 'the target makes no users without a password' }
  return status === 'disabled' && !suspend ? { code: 'disabled-not-carried', detail: lossTexts['disabled-not-carried'] } : undefined
}

const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text))

const invalid = ({ field, rule }: BrokenInput): MoveProblem => ({ code: 'invalid', detail: `${field}: ${rule}` })

/**
 * How a user of the source is to be made at the target, and what of it cannot be. No I/O, never a password; the same for the same user.
 * What only the source's vendor knows of a user (`vendorData`) is not looked at.
 */
export const mapUser = (user: User, target: Target, policy: MovePolicy, choice: Choice = {}): Mapped => {
  if (user.kind === 'anonymous' && policy.anonymous === 'leave') return { decision: 'leave' }
  const { capabilities, rules } = target
  const profile = mapProfile(user, rules)
  const contacts = mapContacts(user, target, profile.value.country)
  const identifiers = mapIdentifiers(user, contacts.value, target, choice)
  const attributes = mapAttributes(withoutMarks(user.attributes), rules.attributes, { name: policy.originAttribute, id: user.id })
  const folded = foldedAt(target, identifiers.value)

  const problem = impossible(user, target)
  if (problem !== undefined) return { decision: 'skip', problem, folded }
  const parts = [identifiers, contacts, profile, attributes]
  const broken = parts.map((part) => part.broken).find((found) => found !== undefined)
  if (broken !== undefined && policy.invalid !== 'adapt') return { decision: policy.invalid, problem: invalid(broken), folded }
  if (user.kind === 'registered' && !capabilities.signIn.identifiers.some((kind) => identifiers.value[kind] !== undefined)) {
    return { decision: 'fail', problem: { code: 'invalid', detail: 'identifiers: none that the target could sign in with' }, folded }
  }

  const create = capabilities.create === false ? undefined : capabilities.create
  const id = create?.chosenId === true ? choice.id : undefined
  const createdAt = create?.createdAt === true && user.createdAt !== undefined && isTime(user.createdAt) ? user.createdAt : undefined
  const { verified } = contacts.value
  const lost: readonly LossCode[] = [
    ...parts.flatMap((part) => part.losses),
    ...(user.kind === 'registered' ? (['password-not-moved'] as const) : []),
    ...(id === user.id ? [] : (['id-replaced'] as const)),
    ...(user.createdAt === undefined || createdAt !== undefined ? [] : (['created-at-changed'] as const)),
    ...(user.identities.length === 0 ? [] : (['identities-dropped'] as const)),
  ]
  return {
    decision: 'move',
    input: {
      identifiers: identifiers.value,
      profile: { ...profile.value, attributes: attributes.value },
      ...defined({ id, createdAt, verified: Object.keys(verified).length === 0 ? undefined : verified }),
    },
    suspend: user.status === 'disabled',
    losses: [...new Set(lost)],
    folded,
  }
}
