import type { DirectoryUpdate, Json, User, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { LossCode } from '../losses.js'
import { differences } from '../mapping/compare.js'
import type { RunContext } from './context.js'
import type { Moving } from './move.js'
import { patiently } from './patiently.js'

type Expected = Pick<Moving, 'input' | 'suspend'>

const attribute = 'attributes.'

/** The update that gives a user at the target what the mapping wants; `undefined` where there is nothing that an update can give. */
export const updateFor = (
  { input: { identifiers = {}, profile = {} } }: Expected,
  fields: readonly string[],
): DirectoryUpdate | undefined => {
  const names = fields.filter((field) => field.startsWith(attribute)).map((field) => field.slice(attribute.length))
  const wanted = profile.attributes ?? {}
  const set = Object.fromEntries(names.filter((name) => Object.hasOwn(wanted, name)).map((name) => [name, wanted[name] as Json]))
  const remove = names.filter((name) => !Object.hasOwn(wanted, name))
  const pick = <A extends object>(from: A, keys: Readonly<Record<string, keyof A>>) =>
    Object.fromEntries(
      Object.entries(keys).flatMap(([field, key]) => (fields.includes(field) && from[key] !== undefined ? [[key, from[key]]] : [])),
    )
  const named = pick(identifiers, { username: 'username', 'email.address': 'email', 'phone.address': 'phone' })
  const update = {
    ...pick(profile, { displayName: 'displayName', locale: 'locale', country: 'country' }),
    ...(Object.keys(named).length === 0 ? {} : { identifiers: named }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(remove.length === 0 ? {} : { remove }),
  }
  return Object.keys(update).length === 0 ? undefined : update
}

/** Bars a user who was barred at the source, and lets one in who no longer is. */
export const carryStatus = async (
  { to, goal, control }: RunContext,
  { suspend }: Expected,
  user: User,
): Promise<E.Either<UserError, void>> => {
  const call = { signal: control.signal }
  if (suspend && user.status !== 'disabled') return patiently(goal, 'suspend', to.suspend(user.id, call))
  if (!suspend && user.status === 'disabled') return patiently(goal, 'restore', to.restore(user.id, call))
  return E.right(undefined)
}

/**
 * Gives a user who exists at the target what is missing there: its creation may have broken off half-way. `unfit`: that takes making it
 * anew. Fails with whatever the target refuses with.
 */
export const complete = async (context: RunContext, expected: Expected, user: User): Promise<E.Either<UserError, 'complete' | 'unfit'>> => {
  const { to, goal, control } = context
  const fields = differences({ ...expected.input, suspended: user.status === 'disabled' }, user)
  // No directory verifies an address of a user who is there already.
  if (fields.some((field) => field.endsWith('.verified'))) return E.right('unfit')
  const update = updateFor(expected, fields)
  const updated =
    update === undefined || !to.capabilities.update
      ? E.right(undefined)
      : await patiently(goal, 'update', to.update(user.id, update, { signal: control.signal }), 2)
  if (E.isLeft(updated)) return updated
  const carried = await carryStatus(context, expected, user)
  return E.isLeft(carried) ? carried : E.right('complete')
}

/** What is lost where the addresses of a user who is there could not be verified. */
export const unverified = ({ input: { verified = {} } }: Expected, { email, phone }: User): readonly LossCode[] => [
  ...(verified.email === true && email?.verified !== true ? (['email-unverified'] as const) : []),
  ...(verified.phone === true && phone?.verified !== true ? (['phone-unverified'] as const) : []),
]
