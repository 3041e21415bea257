import type { UserBackend } from '../user-backend.js'
import type { ProviderOptions } from '../user-provider.js'

/** What a provider was made of. */
export interface ProviderOrigin {
  readonly backend: UserBackend
  readonly options: ProviderOptions
}

const origins = new WeakMap<object, ProviderOrigin>()

export const noteOrigin = (provider: object, origin: ProviderOrigin): void => void origins.set(provider, origin)

/** The backend and the options of a provider, for whoever builds another provider on them; `undefined` where `createProvider` did not make it. */
export const backendOf = (provider: object): ProviderOrigin | undefined => origins.get(provider)
