import * as E from '#fp-ts/Either'
import type { ErrorTag } from '../errors.js'
import type { IdentifierKind, Identifiers } from '../user.js'
import type { ServiceParts } from './parts.js'
import { type Account, change, findAccount, type MemoryState, randomId } from './state.js'

export type ContactKind = 'email' | 'phone'

/** Which of the identifiers is somebody else's. An address that nobody has proved is nobody's yet. */
export const takenKind = (state: MemoryState, identifiers: Identifiers, except?: string): IdentifierKind | undefined =>
  (['username', 'email', 'phone'] as const).find((kind) => {
    const value = identifiers[kind]
    const owner = value === undefined ? undefined : findAccount(state, { [kind]: value }, except)
    return owner !== undefined && (kind === 'username' || owner[kind]?.verified === true)
  })

/** Sends the code for an address that waits for its proof; none where there is nothing to prove. */
export const sendVerification = ({ state, outbox }: ServiceParts, { id, ...account }: Account, kind: ContactKind): void => {
  const contact = account[kind]
  const address = contact?.pending ?? (contact?.verified === false ? contact.address : undefined)
  if (address === undefined) return
  const code = randomId()
  state.verifications.set(code, { userId: id, kind, address })
  const link = `https://accounts.example/verify?code=${code}`
  outbox.send({ channel: kind === 'email' ? 'email' : 'sms', to: address, purpose: 'verification', code, link })
}

/** The account whose address the code proves; it works once. */
export const proveAddress = (
  { state }: ServiceParts,
  code: string,
  by?: { readonly id: string; readonly kind: ContactKind },
): E.Either<Extract<ErrorTag, 'VerificationCodeInvalid' | 'IdentifierTaken'>, Account> => {
  const sent = state.verifications.get(code)
  const account = sent === undefined ? undefined : state.accounts.get(sent.userId)
  const contact = sent === undefined ? undefined : account?.[sent.kind]
  if (sent === undefined || account === undefined || contact === undefined) return E.left('VerificationCodeInvalid')
  const isTheirs = by === undefined || (by.id === sent.userId && by.kind === sent.kind)
  if (!isTheirs || sent.address !== (contact.pending ?? contact.address)) return E.left('VerificationCodeInvalid')
  if (takenKind(state, { [sent.kind]: sent.address }, account.id) !== undefined) return E.left('IdentifierTaken')
  state.verifications.delete(code)
  return E.right(change(state, account, { [sent.kind]: { address: sent.address, verified: true } }))
}

/** Gives an account another address: at once, or once it is proved while the old one stays in force. */
export const replaceAddress = (parts: ServiceParts, account: Account, kind: ContactKind, address: string): Account => {
  const { state, capabilities, mustVerify } = parts
  const before = account[kind]
  const mayWait = capabilities.changeContact && capabilities.changeContact.replaces === 'console-setting'
  const waits = mayWait && mustVerify() && before?.verified === true && before.address !== address
  const after = waits ? { address: before.address, verified: true, pending: address } : { address, verified: !mustVerify() }
  const changed = change(state, account, { [kind]: after })
  sendVerification(parts, changed, kind)
  return changed
}
