import type {
  AccessToken,
  BrokenInput,
  Identifier,
  Identifiers,
  OperationName,
  Profile,
  ResetIdentifier,
  ResetRequest,
  SignIn,
} from '@userport/core'
import { isLocal } from './request.js'

export const brokenAccount = ({
  identifiers,
  profile,
}: {
  readonly identifiers?: Identifiers
  readonly profile?: Profile
}): BrokenInput | undefined =>
  isLocal(identifiers?.phone) && profile?.country === undefined
    ? { field: 'phone', rule: 'must begin with + and the country code, unless profile.country is given' }
    : undefined

/** Kii knows a local number by its country alone, which has no place here. */
export const brokenIdentifier = ({ phone }: ResetIdentifier): BrokenInput | undefined =>
  isLocal(phone) ? { field: 'phone', rule: 'must begin with + and the country code' } : undefined

const brokenToken = ({ token, expiresAt }: AccessToken): BrokenInput | undefined => {
  // It travels in a header.
  if (!/^[\x21-\x7E]+$/.test(token)) return { field: 'token', rule: 'must be printable ASCII characters without spaces' }
  return expiresAt === undefined || Number.isFinite(expiresAt) ? undefined : { field: 'expiresAt', rule: 'must be milliseconds since 1970' }
}

/** What is wrong with an argument here at Kii, besides what the rules say. */
export const brokenInput = (operation: OperationName, input: unknown): BrokenInput | undefined => {
  switch (operation) {
    case 'signUp':
    case 'upgrade':
      return brokenAccount(input as Parameters<typeof brokenAccount>[0])
    case 'signIn':
    case 'requestPasswordReset':
      return brokenIdentifier((input as SignIn | ResetRequest).identifier)
    case 'findUser':
      return brokenIdentifier(input as Identifier)
    case 'signInWithToken':
      return brokenToken(input as AccessToken)
    default:
      return undefined
  }
}
