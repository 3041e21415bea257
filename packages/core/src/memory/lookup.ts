import * as E from '#fp-ts/Either'
import { defined } from '../fields.js'
import type { PublicUser } from '../user.js'
import type { UserCriteria, UserOperations } from '../user-backend.js'
import type { Answering } from './answering.js'
import { type Account, findAccount, toUser } from './state.js'

/** What everybody may see of somebody. */
const shown = (account: Account): PublicUser => {
  const { id, vendor, kind, status, username, displayName } = toUser(account)
  return { id, vendor, kind, status, ...defined({ username, displayName }) }
}

const meets = ({ username, email, identity }: UserCriteria, account: Account): boolean =>
  (username === undefined || account.username === username) &&
  (email === undefined || (account.email?.verified === true && account.email.address.toLowerCase() === email.toLowerCase())) &&
  (identity === undefined || account.identities.some(({ provider, id }) => provider === identity.provider && id === identity.id))

/** How the service answers questions about users. */
export const lookup = ({
  parts: { state, outbox },
  ask,
  askAs,
}: Answering): Pick<UserOperations, 'forgotUsername' | 'usernameExists' | 'findUser' | 'findUsers'> => ({
  forgotUsername: ({ email }) =>
    ask('write', () => {
      const username = findAccount(state, { email })?.username
      if (username !== undefined) outbox.send({ channel: 'email', to: email, purpose: 'forgot-username', username })
      return E.right(undefined)
    }),

  usernameExists: (username) => ask('read', () => E.right(findAccount(state, { username }) !== undefined)),

  findUser: (identifier, session) =>
    askAs('read', session, () => {
      const account = findAccount(state, identifier)
      const kind = (['email', 'phone'] as const).find((one) => identifier[one] !== undefined)
      const isFound = account !== undefined && (kind === undefined || account[kind]?.verified === true)
      return E.right({ user: isFound ? shown(account) : null, session })
    }),

  findUsers: (criteria, session) =>
    askAs('read', session, () => {
      const found = [...state.accounts.values()].filter((account) => meets(criteria, account))
      return E.right({ users: found.map(shown), session })
    }),
})
