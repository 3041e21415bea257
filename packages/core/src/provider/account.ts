import * as E from '#fp-ts/Either'
import type { UserProvider } from '../user-provider.js'
import type { ActiveSession } from './active-session.js'

/** What a signed-in user changes about the own account. */
export const account = ({
  backend,
  kernel,
  inTurn,
  signedInOnly,
  withSession,
  isActive,
  change,
  ask,
}: ActiveSession): Pick<
  UserProvider,
  | 'updateProfile'
  | 'changePassword'
  | 'changeContact'
  | 'changeUsername'
  | 'requestVerification'
  | 'confirmVerification'
  | 'linkIdentity'
  | 'unlinkIdentity'
  | 'deleteUser'
  | 'suspendUser'
> => ({
  updateProfile: (input, call = {}) => change('updateProfile', call, (session, options) => backend.updateProfile(input, session, options)),
  changePassword: (input, call = {}) =>
    change('changePassword', call, (session, options) => backend.changePassword(input, session, options)),
  changeContact: (input, call = {}) => change('changeContact', call, (session, options) => backend.changeContact(input, session, options)),
  changeUsername: (input, call = {}) =>
    change('changeUsername', call, (session, options) => backend.changeUsername(input, session, options)),
  confirmVerification: (input, call = {}) =>
    change('confirmVerification', call, (session, options) => backend.confirmVerification(input, session, options)),
  linkIdentity: (input, call = {}) => change('linkIdentity', call, (session, options) => backend.linkIdentity(input, session, options)),
  unlinkIdentity: (input, call = {}) =>
    change('unlinkIdentity', call, (session, options) => backend.unlinkIdentity(input, session, options)),

  requestVerification:
    (input, call = {}) =>
    async () => {
      const asked = await ask('requestVerification', call, (session, options) => backend.requestVerification(input, session, options))()
      return E.map(() => undefined)(asked)
    },

  deleteUser: (input = {}, call = {}) =>
    inTurn(
      'deleteUser',
      call,
      signedInOnly('deleteUser', async (held, callWith, { carriedOut }) => {
        const answer = await withSession(held, callWith, (session, options) => backend.deleteUser(input, session, options))
        if (E.isLeft(answer)) return answer
        carriedOut({})
        if (isActive(held)) await kernel.commit(null, 'deleted')
        const { deleteUser } = backend.capabilities
        return E.right({ username: deleteUser === false ? 'unknown' : deleteUser.usernameAfterwards })
      }),
    ),

  suspendUser: (call = {}) =>
    inTurn(
      'suspendUser',
      call,
      signedInOnly('suspendUser', async (held, callWith, { carriedOut }) => {
        const answer = await withSession(held, callWith, (session, options) => backend.suspendUser(session, options))
        if (E.isLeft(answer)) return answer
        carriedOut({})
        if (isActive(held)) await kernel.commit(null, 'signedOut')
        return E.right({ username: 'taken' as const })
      }),
    ),
})
