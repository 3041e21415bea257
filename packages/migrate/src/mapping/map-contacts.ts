import { brokenRule, type Contact, defined, type User } from '@userport/core'
import type { LossCode } from '../losses.js'
import { type Part, said } from './part.js'
import type { Target } from './target.js'

export interface Contacts {
  readonly email?: string
  readonly phone?: string
  readonly verified: { readonly email?: true; readonly phone?: true }
}

type Kind = 'email' | 'phone'

/** A phone number as one dials it within its country. */
export const isLocal = (phone: string): boolean => !phone.trim().startsWith('+')

const localNumber = 'must begin with + and the country code, as the country is not known'

/** Who is recognised by a number must have one that is the same in every country. */
const brokenPhone = ({ capabilities: { signIn }, rules }: Target, phone: string, country: string | undefined): string | undefined =>
  brokenRule(rules.phone, phone) ??
  (signIn.identifiers.includes('phone') && country === undefined && isLocal(phone) ? localNumber : undefined)

const digits = (phone: string): string => phone.normalize('NFKC').replace(/[^+0-9]|(?<!^\s*)\+/g, '')

const address = (target: Target, kind: Kind, contact: Contact | undefined, country: string | undefined): Part<string | undefined> => {
  const value = said(contact?.address)
  if (value === undefined) return { value, losses: [], broken: undefined }
  const rule = kind === 'email' ? brokenRule(target.rules.email, value) : brokenPhone(target, value, country)
  if (rule === undefined) return { value, losses: [], broken: undefined }
  const broken = { field: kind, rule }
  if (kind === 'email') return { value: undefined, losses: ['email-dropped'], broken }
  const rewritten = digits(value)
  return brokenPhone(target, rewritten, country) === undefined
    ? { value: rewritten, losses: ['phone-rewritten'], broken }
    : { value: undefined, losses: ['phone-dropped'], broken }
}

const isVerifiable = ({ capabilities: { create } }: Target, kind: Kind): boolean => create !== false && create.verified.includes(kind)

const stillPending = ({ address: held, pending }: Contact): boolean => said(pending) !== undefined && pending !== held

/** E-mail and phone as the target takes them. `country`: as it will be at the target. */
export const mapContacts = (user: User, target: Target, country: string | undefined): Part<Contacts> => {
  const email = address(target, 'email', user.email, country)
  const phone = address(target, 'phone', user.phone, country)
  // Somebody without a login must not get one: whoever reads that mailbox has not proved to be them.
  const isLogin = (kind: Kind): boolean => user.kind === 'anonymous' && target.capabilities.signIn.identifiers.includes(kind)
  const values = { email: isLogin('email') ? undefined : email.value, phone: isLogin('phone') ? undefined : phone.value }

  const proven = (kind: Kind): boolean => values[kind] !== undefined && user[kind]?.verified === true
  const lossesAt = (kind: Kind, part: Part<string | undefined>): LossCode[] => [
    ...(part.value !== undefined && values[kind] === undefined ? ([`${kind}-dropped`] as const) : part.losses),
    ...(proven(kind) && !isVerifiable(target, kind) ? ([`${kind}-unverified`] as const) : []),
  ]
  const verified = (kind: Kind): true | undefined => (proven(kind) && isVerifiable(target, kind) ? true : undefined)
  const contacts = [user.email, user.phone].filter((contact) => contact !== undefined)

  return {
    value: { ...defined(values), verified: defined({ email: verified('email'), phone: verified('phone') }) },
    losses: [
      ...lossesAt('email', email),
      ...lossesAt('phone', phone),
      ...(contacts.some(stillPending) ? (['pending-contact-dropped'] as const) : []),
    ],
    broken: email.broken ?? phone.broken,
  }
}
