import { randomUUID } from 'node:crypto'
import type { JsonObject, NewUser, Result, UserDirectory } from '@userport/core'
import * as E from '#fp-ts/Either'

/** The value of an operation that must not fail. */
export const value = async <A>(result: Result<A>): Promise<A> => {
  const answer = await result()
  if (E.isLeft(answer)) throw new Error(`${answer.left.vendor} ${answer.left.operation}: ${answer.left._tag} ${answer.left.message}`)
  return answer.right
}

const kindsOfUsers = 12

/** A user of one of twelve kinds, as far as the vendor has that kind. Every value is this user's alone. */
const newUser = ({ capabilities: { signIn, create }, rules }: UserDirectory, batch: string, index: number): NewUser => {
  const name = `${batch}-${index}`
  const username = `user-${name}`
  const email = `mail-${name}@example.com`
  const phone = `+8190${(10_000_000 + Number.parseInt(batch, 16) + index) % 100_000_000}`.padEnd(13, '0')
  const hasMore = signIn.identifiers.includes('email')
  const anyName = rules.username.pattern === undefined
  const withoutName = hasMore ? {} : { username: anyName ? email : username }
  const oddNames: JsonObject =
    rules.attributes.key.pattern?.says.startsWith('letters') === true ? {} : { 'odd name': name, naïve: [name], first_name: name }
  switch (index % kindsOfUsers) {
    case 0:
      return { identifiers: { username } }
    case 1:
      return { identifiers: { username, email } }
    case 2:
      return { identifiers: { username, phone } }
    case 3:
      return { identifiers: { username, email, phone }, profile: { displayName: `名前 ${name}`, locale: 'ja', country: 'JP' } }
    case 4:
      return { identifiers: { ...withoutName, email } }
    case 5:
      return { identifiers: hasMore ? { phone } : { username, phone } }
    case 6:
      return { identifiers: { ...withoutName, email, phone }, profile: { attributes: { score: index } } }
    case 7:
      return { profile: { attributes: { cart: [name, { deep: [index, null] }] } } }
    case 8:
      return { identifiers: { username, email } }
    case 9:
      return {
        identifiers: { username, email },
        ...(create !== false && create.verified.includes('email') ? { verified: { email: true } } : {}),
      }
    case 10:
      return { identifiers: { username }, profile: { attributes: { ...oddNames, plain: name, truth: true, nothing: null } } }
    default:
      return { identifiers: { username }, profile: { displayName: name, attributes: { tags: [name, 'x'], address: { city: name } } } }
  }
}

/** Makes users of every kind at a directory: with and without each identifier, anonymous, disabled, verified, with odd attributes. */
export const populate = async (
  directory: UserDirectory,
  count: number,
): Promise<{ readonly disabled: number; readonly anonymous: number }> => {
  const batch = randomUUID().slice(0, 6)
  const indexes = Array.from({ length: count }, (_, index) => index)
  let disabled = 0
  for (let begin = 0; begin < count; begin += 20) {
    await Promise.all(
      indexes.slice(begin, begin + 20).map(async (index) => {
        const { id } = await value(directory.create(newUser(directory, batch, index)))
        if (index % kindsOfUsers !== 8 || !directory.capabilities.suspend) return
        await value(directory.suspend(id))
        disabled += 1
      }),
    )
  }
  return { disabled, anonymous: indexes.filter((index) => index % kindsOfUsers === 7).length }
}
