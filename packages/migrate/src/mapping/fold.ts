import { defined, type IdentifierKind, type Identifiers, type User } from '@userport/core'

// Twice, because upper case may bring characters that have a compatibility form of their own.
const onePass = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .trim()

/**
 * What makes two identifiers the same to a human reader: compatibility forms, case and characters without a shape do not count.
 * Letters of different scripts that merely look alike stay different.
 */
export const fold = (identifier: string): string => {
  if (/^[!-~]*$/.test(identifier)) return identifier.toLowerCase()
  const folded = onePass(identifier)
  const again = onePass(folded)
  return again === folded ? folded : onePass(again)
}

// People write the same number with spaces, hyphens and brackets, and without.
const foldedPhone = (phone: string): string => fold(phone).replace(/[^+0-9]|(?<!^)\+/g, '')

const kinds: readonly IdentifierKind[] = ['username', 'email', 'phone']

/** Identifiers folded, each with its kind in front: `username:ada`. An e-mail address and a username that look the same are two things. */
export const foldedIdentifiers = (identifiers: Identifiers): string[] =>
  kinds.flatMap((kind) => {
    const value = identifiers[kind]
    return value === undefined ? [] : [`${kind}:${kind === 'phone' ? foldedPhone(value) : fold(value)}`]
  })

/** What a user is called, as a new one would be given it. */
export const identifiersOf = ({ username, email, phone }: User): Identifiers =>
  defined({ username, email: email?.address, phone: phone?.address })
