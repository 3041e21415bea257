import type { Contact, JsonObject, User } from '@userport/core'
import { canonicalJson } from './canonical-json.js'
import { withoutMarks } from './marks.js'

const contactOf = (contact: Contact | undefined): JsonObject =>
  contact === undefined ? {} : { address: contact.address, verified: contact.verified === true }

/**
 * What a move carries of a user at the source, as a text that changes when any of it changes. For `Ledger.hash`, never to be kept:
 * it is the person's data in clear. When a user was made does not change, and not every look at a user shows it.
 */
export const digestText = ({ kind, username, email, phone, displayName, locale, country, attributes, status }: User): string =>
  canonicalJson({
    attributes: withoutMarks(attributes),
    country,
    disabled: status === 'disabled',
    displayName,
    email: contactOf(email),
    kind,
    locale,
    phone: contactOf(phone),
    username,
  })
