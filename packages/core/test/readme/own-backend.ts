import { randomUUID } from 'node:crypto'
import { createProvider, defineBackend, defined, type Session, type User, userError, userId } from '@userport/core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { capabilities, rules } from './what-it-can.js'

const contact = (address: string | undefined) => (address === undefined ? undefined : { address, verified: 'unknown' as const })

export const accounts = new Map<string, { readonly user: User; readonly password: string }>()

export const backend = defineBackend(capabilities)({
  name: 'mine',
  rules,
  operations: ({ at }) => {
    const enter = (user: User) => {
      const session: Session = { vendor: 'mine', userId: user.id, kind: user.kind, secrets: { token: randomUUID() } }
      return TE.right({ user, session })
    }
    const owner = ({ userId: id }: Session) => [...accounts.values()].find(({ user }) => user.id === id)
    return {
      signUp: ({ identifiers: { username = '', email, phone }, password, profile }) => {
        if (accounts.has(username)) return TE.left(userError('IdentifierTaken', at, { identifier: 'username' }))
        const user: User = {
          id: userId(randomUUID()),
          vendor: 'mine',
          kind: 'registered',
          username,
          identities: [],
          attributes: {},
          status: 'enabled',
          vendorData: {},
          ...defined({ ...profile, email: contact(email), phone: contact(phone) }),
        }
        accounts.set(username, { user, password })
        return enter(user)
      },
      signIn: ({ identifier: { username = '' }, password }) => {
        const account = accounts.get(username)
        return account?.password === password ? enter(account.user) : TE.left(userError('InvalidCredentials', at, {}))
      },
      fetchUser: (session) => {
        const account = owner(session)
        return account === undefined ? TE.left(userError('SessionExpired', at, {})) : TE.right({ user: account.user, session })
      },
      updateProfile: ({ set, remove: _, ...shown }, session) => {
        const account = owner(session)
        if (account === undefined) return TE.left(userError('SessionExpired', at, {}))
        const user = { ...account.user, ...defined(shown), attributes: { ...account.user.attributes, ...set } }
        accounts.set(user.username ?? '', { ...account, user })
        return TE.right({ user, session })
      },
      renewSession: () => TE.left(userError('SessionExpired', at, {})),
      signOut: () => TE.right({ server: 'local' }),
      usernameExists: (username) => TE.right(accounts.has(username)),
    }
  },
})

export const provider = createProvider<typeof capabilities>(backend)
