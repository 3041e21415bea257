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
  updateProfile: (input, call = {}) =>
    change('updateProfile', call, (session, callWith) => backend.updateProfile(input, session, callWith)),
  changePassword: (input, call = {}) =>
    change('changePassword', call, (session, callWith) => backend.changePassword(input, session, callWith)),
  changeContact: (input, call = {}) =>
    change('changeContact', call, (session, callWith) => backend.changeContact(input, session, callWith)),
  changeUsername: (input, call = {}) =>
    change('changeUsername', call, (session, callWith) => backend.changeUsername(input, session, callWith)),
  confirmVerification: (input, call = {}) =>
    change('confirmVerification', call, (session, callWith) => backend.confirmVerification(input, session, callWith)),
  linkIdentity: (input, call = {}) => change('linkIdentity', call, (session, callWith) => backend.linkIdentity(input, session, callWith)),
  unlinkIdentity: (input, call = {}) =>
    change('unlinkIdentity', call, (session, callWith) => backend.unlinkIdentity(input, session, callWith)),

  requestVerification:
    (input, call = {}) =>
    async () => {
      const asked = await ask('requestVerification', call, (session, callWith) => backend.requestVerification(input, session, callWith))()
      return E.map(() => undefined)(asked)
    },

  deleteUser: (input = {}, call = {}) =>
    inTurn(
      'deleteUser',
      call,
      signedInOnly('deleteUser', async (held, callWith) => {
        const answer = await withSession(held, callWith, (session, options) => backend.deleteUser(input, session, options))
        if (E.isLeft(answer)) return answer
        if (isActive(held)) await kernel.commit(null, 'deleted')
        const { deleteUser } = backend.capabilities
        return E.right({ username: deleteUser === false ? 'unknown' : deleteUser.usernameAfterwards })
      }),
    ),

  suspendUser: (call = {}) =>
    inTurn(
      'suspendUser',
      call,
      signedInOnly('suspendUser', async (held, callWith) => {
        const answer = await withSession(held, callWith, (session, options) => backend.suspendUser(session, options))
        if (E.isLeft(answer)) return answer
        if (isActive(held)) await kernel.commit(null, 'signedOut')
        return E.right({ username: 'taken' as const })
      }),
    ),
})
