import type { Json } from '../json.js'
import { identitiesIn } from './attributes.js'
import { entry, type Identity, type KinveyWorld, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { micIdentity } from './mic/tokens.js'
import { userByIdentity } from './users.js'

type Identities = StoredUser['socialIdentity']

/** The provider of identities that Mobile Identity Connect vouches for. */
export const micProvider = 'kinveyAuth'

/** The account that the provider vouches for. Fails with InvalidCredentials. */
export function vouchedFor(world: KinveyWorld, provider: string, given: Json): Identity & { readonly id: string } {
  const { access_token: token } = given
  const identity = typeof token === 'string' ? accountBehind(world, provider, token) : undefined
  if (identity !== undefined) return identity
  const reason = { error: 'invalid_token', error_description: 'The access token is not valid' }
  throw new KinveyRefusal('InvalidCredentials', `Error encountered authenticating against ${provider}: ${JSON.stringify(reason)}`)
}

function accountBehind(world: KinveyWorld, provider: string, token: string): (Identity & { readonly id: string }) | undefined {
  if (provider === micProvider) return micIdentity(world, token)
  const registered = entry(entry(world.settings.socialTokens, provider) ?? {}, token)
  if (registered !== undefined) return registered
  const prefix = `${provider}-token-`
  const id = token.startsWith(prefix) ? token.slice(prefix.length) : ''
  return id === '' ? undefined : { id }
}

/** The identities in a sign-up. Fails with InvalidCredentials, or with UserAlreadyExists where one belongs to somebody. */
export function newIdentities(world: KinveyWorld, body: Json): Identities {
  const identities = Object.entries(identitiesIn(body)).map(([provider, given]): [string, Identity] => [
    provider,
    vouchedFor(world, provider, given ?? {}),
  ])
  return free(world, Object.fromEntries(identities))
}

/**
 * The identities after a PUT. SDKs send the one at hand, or their whole copy: what they know the `id` of is linked already.
 * Anything else needs a token that the provider vouches for; `null` unlinks. The master secret is taken at its word.
 */
export function linkedIdentities(world: KinveyWorld, user: StoredUser, body: Json, byMaster: boolean): Identities {
  const linked = user.socialIdentity
  const changes = Object.entries(identitiesIn(body)).flatMap(([provider, given]): [string, Identity | null][] => {
    if (given === null || byMaster) return [[provider, given]]
    const isKnown = given.id !== undefined && entry(linked, provider)?.id === given.id
    return isKnown ? [] : [[provider, vouchedFor(world, provider, given)]]
  })
  return free(world, mergedIdentities(linked, Object.fromEntries(changes)), user)
}

export const mergedIdentities = (linked: Identities, changes: Readonly<Record<string, Identity | null>>): Identities =>
  Object.fromEntries(
    Object.entries({ ...linked, ...changes }).flatMap(([provider, identity]) => (identity === null ? [] : [[provider, identity]])),
  )

/** Fails with UserAlreadyExists where an identity is another user's. */
export function free(world: KinveyWorld, identities: Identities, owner?: StoredUser): Identities {
  for (const [provider, { id }] of Object.entries(identities)) {
    const holder = typeof id === 'string' ? userByIdentity(world, provider, id) : undefined
    if (holder !== undefined && holder._id !== owner?._id) throw new KinveyRefusal('UserAlreadyExists', `The ${provider} identity is taken`)
  }
  return identities
}
