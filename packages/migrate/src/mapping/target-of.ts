import { type User, type UserDirectory, userId } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { Target } from './target.js'

// Nobody's id. The call is cancelled before it begins; should a directory not care, nobody is changed.
const nobody = userId('userport-probe')

/** Does the directory refuse an attribute of this name? Its own checks answer, before any request. */
export const refusesAttribute = async (directory: UserDirectory, name: string): Promise<boolean> => {
  const asked = await directory.update(nobody, { set: { [name]: null } }, { signal: AbortSignal.abort() })()
  return E.isLeft(asked) && asked.left._tag === 'InvalidInput' && asked.left.field === `attributes.${name}`
}

/** Is there no way to remove an attribute? Told as above. */
export const refusesRemoval = async (directory: UserDirectory): Promise<boolean> => {
  const asked = await directory.update(nobody, { remove: ['probe'] }, { signal: AbortSignal.abort() })()
  return E.isLeft(asked) && asked.left._tag === 'Unsupported'
}

// An app may use names as data; who has more of them than this learns of the rest from the vendor's refusal.
const mostNames = 10_000

/**
 * A directory as `mapUser` needs it. Which attributes hold fields of the user is said in the configuration of some vendors, so their
 * names are not among the rules: before users are mapped, the names of their attributes are shown to the directory's own checks.
 * Call it for every page; it answers with the same target until it learns something new. No request goes out.
 */
export const targetOf = (directory: UserDirectory): ((users: readonly User[]) => Promise<Target>) => {
  const { vendor, capabilities, rules } = directory
  const known = new Set(rules.attributes.reserved)
  let target: Target = { vendor, capabilities, rules }

  const learn = async (users: readonly User[]): Promise<Target> => {
    for (const name of new Set(users.flatMap(({ attributes }) => Object.keys(attributes)))) {
      if (known.has(name) || known.size >= mostNames) continue
      known.add(name)
      if (!(await refusesAttribute(directory, name))) continue
      const attributes = { ...target.rules.attributes, reserved: [...target.rules.attributes.reserved, name] }
      target = { ...target, rules: { ...target.rules, attributes } }
    }
    return target
  }

  let learning: Promise<Target> = Promise.resolve(target)
  return (users) => {
    learning = learning.then(() => learn(users))
    return learning
  }
}
