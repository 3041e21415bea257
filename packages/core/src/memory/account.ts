import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import { userError } from '../errors.js'
import { defined } from '../fields.js'
import type { Upgraded, UserOperations } from '../user-backend.js'
import { type Answering, about, type Outcome } from './answering.js'
import { proveAddress, replaceAddress, sendVerification, takenKind } from './contacts.js'
import { vouchedFor } from './entrances.js'
import { change, endSessions, toUser } from './state.js'

type OwnAccount = Pick<
  UserOperations,
  | 'updateProfile'
  | 'upgrade'
  | 'changePassword'
  | 'changeContact'
  | 'changeUsername'
  | 'requestVerification'
  | 'confirmVerification'
  | 'linkIdentity'
  | 'unlinkIdentity'
  | 'deleteUser'
  | 'suspendUser'
>

/** How the service answers users about their own accounts. */
export const ownAccount = (answers: Answering): OwnAccount => {
  const { parts, context, refuse, askAs, signedIn, same, credentialsOf, add } = answers
  const { state, settings } = parts

  return {
    updateProfile: ({ set = {}, remove = [], ...predefined }, session) =>
      askAs('write', session, (account) => {
        const kept = Object.entries({ ...account.attributes, ...set }).filter(([name]) => !remove.includes(name))
        return same(change(state, account, { ...about(predefined), attributes: Object.fromEntries(kept) }), session)
      }),

    upgrade: (input, session) =>
      askAs('once', session, (account): Outcome<Upgraded> => {
        if (account.kind === 'registered') return refuse('NotAnonymous', {})
        const taken = takenKind(state, input.identifiers)
        if (taken !== undefined) return refuse('IdentifierTaken', { identifier: taken })
        const { credential: _, ...before } = account
        const credentials = credentialsOf(input)
        const fields = { ...credentials, attributes: { ...before.attributes, ...credentials.attributes } }
        const previousId = session.userId
        if (settings.upgrade === 'replaced') {
          const { displayName, locale, country, identities } = before
          const after = add({ ...defined({ displayName, locale, country, identities }), ...fields })
          state.accounts.delete(account.id)
          return E.right({ ...signedIn(after), identity: 'replaced' as const, previousId, warnings: [] })
        }
        const after = change(state, before, fields)
        for (const kind of ['email', 'phone'] as const) sendVerification(parts, after, kind)
        const { credential: __, ...secrets } = session.secrets
        return E.right({
          user: toUser(after),
          session: { ...session, kind: 'registered' as const, secrets },
          identity: 'kept' as const,
          previousId,
          warnings: [],
        })
      }),

    changePassword: ({ current, next }, session) =>
      askAs('once', session, (account) => {
        if (account.password === undefined) return refuse('Forbidden', {})
        if (account.password !== current) return refuse('InvalidCredentials', {})
        endSessions(state, account.id)
        return E.right(signedIn(change(state, account, { password: next })))
      }),

    changeContact: ({ email, phone }, session) =>
      askAs('write', session, (account) => {
        const kind = email === undefined ? ('phone' as const) : ('email' as const)
        const address = email ?? phone ?? ''
        if (takenKind(state, { [kind]: address }, account.id) !== undefined) return refuse('IdentifierTaken', { identifier: kind })
        return same(replaceAddress(parts, account, kind, address), session)
      }),

    changeUsername: (username, session) =>
      askAs('write', session, (account) => {
        if (account.kind === 'anonymous') return refuse('Forbidden', {})
        if (takenKind(state, { username }, account.id) !== undefined) return refuse('IdentifierTaken', { identifier: 'username' })
        return same(change(state, account, { username }), session)
      }),

    requestVerification: ({ kind }, session) =>
      askAs('write', session, (account) => {
        if (account[kind] === undefined) return E.left(userError('Vendor', context.at, { code: 'no-address' }))
        sendVerification(parts, account, kind)
        return E.right({ session })
      }),

    confirmVerification: ({ kind, code }, session) =>
      askAs('write', session, ({ id }) =>
        pipe(
          proveAddress(parts, code, { id, kind }),
          E.mapLeft((tag) => userError(tag, context.at, {})),
          E.flatMap((account) => same(account, session)),
        ),
      ),

    linkIdentity: (proof, session) =>
      askAs('write', session, (account) =>
        pipe(
          vouchedFor(answers, proof),
          E.flatMap(({ identity, owner }) => {
            if (owner !== null && owner.id !== account.id) return refuse('IdentifierTaken', {})
            const others = account.identities.filter(({ provider }) => provider !== identity.provider)
            return same(change(state, account, { identities: [...others, identity] }), session)
          }),
        ),
      ),

    unlinkIdentity: (unwanted, session) =>
      askAs('write', session, (account) =>
        same(change(state, account, { identities: account.identities.filter(({ provider }) => provider !== unwanted) }), session),
      ),

    deleteUser: ({ password }, session) =>
      askAs('once', session, (account) => {
        if (account.password !== undefined && account.password !== password) return refuse('InvalidCredentials', {})
        state.accounts.delete(account.id)
        return E.right(undefined)
      }),

    suspendUser: (session) =>
      askAs('write', session, (account) => {
        change(state, account, { disabled: true })
        endSessions(state, account.id)
        return E.right(undefined)
      }),
  }
}
