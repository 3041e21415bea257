import type { IdentityProof } from '@userport/core'
import type { ContractContext, Facts } from './context.js'
import { randomText } from './person.js'
import { type Condition, controlHas } from './requirement.js'

const identitiesOf = ({ capabilities: { identities } }: Pick<Facts, 'capabilities'>) => identities || undefined

export const vouched: Condition = controlHas('identityProof', 'no third party vouches for anybody')

export const maySignIn: Condition = {
  when: (facts) => identitiesOf(facts)?.signIn === true,
  otherwise: 'one cannot sign in with an identity',
}

export const mayLink: Condition = { when: (facts) => identitiesOf(facts)?.link === true, otherwise: 'identities cannot be linked' }

/** A third party whose word counts. */
export const identityProvider = (context: Pick<Facts, 'capabilities'>, which: 0 | 1 = 0): string => {
  const providers = identitiesOf(context)?.providers ?? 'any'
  return (providers === 'any' ? ['facebook', 'google'] : providers)[which] ?? 'facebook'
}

/** What proves the identity with that id, of somebody new where none is given. */
export const proofOf = async (
  context: ContractContext,
  id = randomText(),
  provider = identityProvider(context),
): Promise<IdentityProof> => ({
  provider,
  tokens: (await context.control.identityProof?.(provider, id)) ?? {},
})
