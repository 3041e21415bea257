import type { Capabilities } from './capabilities.js'
import { account } from './provider/account.js'
import { activeSession } from './provider/active-session.js'
import { anonymous } from './provider/anonymous.js'
import { careful } from './provider/careful.js'
import { entering } from './provider/entering.js'
import { extension } from './provider/extension.js'
import { lookup } from './provider/lookup.js'
import { merging } from './provider/merging.js'
import { noteOrigin } from './provider/origin.js'
import { passwordReset } from './provider/password-reset.js'
import { restoring } from './provider/restoring.js'
import { signingIn } from './provider/signing-in.js'
import type { Extension, UserBackend } from './user-backend.js'
import type { ProviderOptions, UserProvider, UserProviderOf } from './user-provider.js'

/** Gives a stateless backend an active user. */
export const createProvider = <C extends Capabilities, X = Extension>(
  narrow: object,
  options: ProviderOptions = {},
): UserProviderOf<C, X> => {
  const active = activeSession(narrow as UserBackend, options)
  const { backend, kernel } = active
  const guard = entering(active)
  const { parseResetLink, ...resets } = passwordReset(active, guard)
  const { accessToken, ...questions } = lookup(active)
  const provider: UserProvider = {
    vendor: backend.vendor,
    capabilities: backend.capabilities,
    rules: backend.rules,
    state: () => kernel.state(),
    activeUser: () => (kernel.held === undefined ? undefined : (kernel.held?.user ?? null)),
    subscribe: (listener) => kernel.subscribe(listener),
    close: () => kernel.close(),
    parseResetLink,
    accessToken,
    ...careful(backend.vendor, {
      ...restoring(active, options),
      ...signingIn(active, guard),
      ...anonymous(active, guard),
      ...account(active),
      ...resets,
      ...questions,
      ...merging(active),
    }),
    extension: careful(backend.vendor, extension(active)),
  }
  noteOrigin(provider, { backend, options })
  return provider as unknown as UserProviderOf<C, X>
}
