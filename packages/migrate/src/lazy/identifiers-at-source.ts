import { type Capabilities, type Identifier, kindOf } from '@userport/core'

const isAddress = (text: string): boolean => /^[^@\s]+@[^@\s]+$/.test(text)
const isNumber = (text: string): boolean => /^\+?[0-9]{8,}$/.test(text)

interface Choices {
  readonly from: Capabilities
  readonly to: Capabilities
  readonly addressAsUsername: boolean
}

/**
 * As what an identifier may be known at the source. Where the target takes usernames alone, people give their address as the username;
 * where the source takes usernames alone, the address was the username there. The kind stays as it was said wherever both have it.
 */
export const identifiersAtSource = (identifier: Identifier, { from, to, addressAsUsername }: Choices): readonly Identifier[] => {
  const kind = kindOf(identifier)
  const value: unknown = kind === undefined ? undefined : identifier[kind]
  if (kind === undefined || typeof value !== 'string' || value === '') return []
  const has = ({ signIn }: Capabilities, wanted: 'username' | 'email' | 'phone'): boolean => signIn.identifiers.includes(wanted)
  const others: readonly Identifier[] = [
    ...(kind === 'username' && isAddress(value) && !has(to, 'email') ? [{ email: value }] : []),
    ...(kind === 'username' && isNumber(value) && !has(to, 'phone') ? [{ phone: value }] : []),
    ...(kind !== 'username' && !has(from, kind) ? [{ username: value }] : []),
  ]
  return [identifier, ...(addressAsUsername ? others : [])].filter((one) => has(from, kindOf(one) ?? 'username'))
}
