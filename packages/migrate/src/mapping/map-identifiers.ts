import { brokenRule, defined, type Identifiers, type User } from '@userport/core'
import type { LossCode } from '../losses.js'
import { adaptText } from './adapt-text.js'
import { fold } from './fold.js'
import type { Contacts } from './map-contacts.js'
import { type Part, said } from './part.js'
import type { Choice, Target } from './target.js'

const part = (value: Identifiers, losses: readonly LossCode[] = [], rule?: string): Part<Identifiers> => ({
  value,
  losses,
  broken: rule === undefined ? undefined : { field: 'username', rule },
})

/** A name for somebody who has none, within a username rule: always the same for the same id. */
const madeUpUsername = (rule: Target['rules']['username'], id: string): string | undefined => adaptText(rule, `moved-${id}`)

/** A username that is an address, where the target takes no such name but lets people sign in with the address itself. */
const asEmail = (username: string, { email }: Contacts, { capabilities, rules }: Target): string | undefined => {
  const isAddress = /^[^@\s]+@[^@\s]+$/.test(username) && brokenRule(rules.email, username) === undefined
  const isOnlyOne = email === undefined || fold(email) === fold(username)
  return isAddress && isOnlyOne && capabilities.signIn.identifiers.includes('email') ? (email ?? username) : undefined
}

const withOwnName = (username: string, contacts: Contacts, target: Target): Part<Identifiers> => {
  const rule = brokenRule(target.rules.username, username)
  if (rule === undefined) return part({ username })
  const email = asEmail(username, contacts, target)
  if (email !== undefined) return part({ email }, ['username-is-email'])
  const adapted = adaptText(target.rules.username, username)
  return part(defined({ username: adapted }), ['username-adapted'], rule)
}

const withoutName = (user: User, contacts: Contacts, { capabilities: { signIn }, rules }: Target): Part<Identifiers> => {
  const { email, phone } = contacts
  const held = defined({ email, phone })
  if (signIn.identifiers.some((kind) => kind !== 'username' && held[kind] !== undefined)) return part({})
  const taken = (value: string | undefined): value is string => value !== undefined && brokenRule(rules.username, value) === undefined
  if (taken(email)) return part({ username: email }, ['email-is-username'])
  if (taken(phone)) return part({ username: phone }, ['phone-is-username'])
  const known = email ?? phone
  if (known !== undefined) {
    return part(defined({ username: adaptText(rules.username, known) }), ['username-adapted'], brokenRule(rules.username, known))
  }
  return part(defined({ username: madeUpUsername(rules.username, user.id) }), ['username-made-up'])
}

/** The identifiers at the target, so that whoever could sign in at the source has something to sign in with. */
export const mapIdentifiers = (user: User, contacts: Contacts, target: Target, choice: Choice): Part<Identifiers> => {
  const { email, phone } = contacts
  const own = said(user.username)
  const name = ((): Part<Identifiers> => {
    if (user.kind === 'anonymous') return part(defined({ username: choice.username }), own === undefined ? [] : ['username-dropped'])
    if (choice.username !== undefined) return part({ username: choice.username }, ['username-renamed'])
    return own === undefined ? withoutName(user, contacts, target) : withOwnName(own, contacts, target)
  })()
  return { ...name, value: { ...defined({ email, phone }), ...name.value } }
}
