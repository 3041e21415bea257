import * as E from '#fp-ts/Either'
import type { UserProvider } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'

/** Questions about users, the own one and others. */
export const lookup = ({
  backend,
  kernel,
  operation,
  ask,
}: ActiveSession): Pick<UserProvider, 'forgotUsername' | 'usernameExists' | 'findUser' | 'findUsers' | 'accessToken'> => ({
  forgotUsername: (input, call = {}) => operation('forgotUsername', call, (_, callWith) => backend.forgotUsername(input, callWith())()),
  usernameExists: (username, call = {}) =>
    operation('usernameExists', call, (_, callWith) => backend.usernameExists(username, callWith())()),

  findUser:
    (identifier, call = {}) =>
    async () => {
      const found = await ask('findUser', call, (session, options) => backend.findUser(identifier, session, options))()
      return E.isLeft(found) ? found : E.right(found.right.user)
    },

  findUsers:
    (criteria, call = {}) =>
    async () => {
      const found = await ask('findUsers', call, (session, options) => backend.findUsers(criteria, session, options))()
      return E.isLeft(found) ? found : E.right(found.right.users)
    },

  accessToken: () => (kernel.held ? backend.accessToken(kernel.held.session) : null),
})
