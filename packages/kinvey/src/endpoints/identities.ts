import type { HttpRequest, IdentityProof, JsonObject } from '@userport/core'
import * as t from '#io-ts'
import { KinveyUser, Login, loggedIn } from '../codecs.js'
import type { KinveyConfig } from '../config.js'
import { base, basic, call, endpoint, type Own, own } from '../request.js'

/** The provider of identities that Mobile Identity Connect vouches for. */
export const micProvider = 'kinveyAuth'

/** What Mobile Identity Connect is asked with. The client is the app's key, alone or with the id of one of its login services. */
export interface MicGrant {
  readonly clientId: string
  readonly grant: Readonly<Record<string, string>>
}

export const MicTokens = t.intersection([
  t.type({ access_token: t.string }),
  t.partial({ token_type: t.string, expires_in: t.number, refresh_token: t.string }),
])
export type MicTokens = Readonly<t.TypeOf<typeof MicTokens>>

/** The address of Mobile Identity Connect: beside the instance's own. */
export const micBase = ({ host, micHost = host.replace(/baas\.kinvey\.com/, 'auth.kinvey.com') }: KinveyConfig): string => base(micHost)

const micRequest = (path: string, { clientId, grant }: MicGrant, config: KinveyConfig): HttpRequest => ({
  method: 'POST',
  url: `${micBase(config)}${path}`,
  headers: {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    authorization: basic(clientId, config.appSecret),
  },
  body: new URLSearchParams({ client_id: clientId, ...grant }).toString(),
})

const withIdentity = ({ provider, tokens }: IdentityProof): JsonObject => ({ _socialIdentity: { [provider]: { ...tokens } } })

/** Identities of third parties, and Mobile Identity Connect, which is one of them. */
export const identityEndpoints = {
  identityLogin: endpoint({
    effect: 'write',
    request: (proof: IdentityProof, config) => call(config, 'user', { method: 'POST', path: '/login', body: withIdentity(proof) }),
    response: Login,
    result: loggedIn,
  }),

  identitySignUp: endpoint({
    effect: 'once',
    request: ({ proof, fields }: { readonly proof: IdentityProof; readonly fields: JsonObject }, config) =>
      call(config, 'user', { method: 'POST', path: '', body: { ...fields, ...withIdentity(proof) } }),
    response: KinveyUser,
    result: (wire) => wire,
  }),

  /** The whole user, and of its identities the new one alone. */
  linkIdentity: endpoint({
    effect: 'write',
    request: ({ session, document, proof }: Own & { readonly document: JsonObject; readonly proof: IdentityProof }, config) =>
      call(config, 'user', { method: 'PUT', path: own(session), session, body: { ...document, ...withIdentity(proof) } }),
    response: KinveyUser,
    result: (wire) => wire,
  }),

  micToken: endpoint({
    effect: 'write',
    request: (grant: MicGrant, config) => micRequest('/v3/oauth/token', grant, config),
    response: MicTokens,
    result: (wire) => wire,
  }),

  /** Without a version in its path, unlike the other grants. */
  micRefresh: endpoint({
    effect: 'write',
    request: (grant: MicGrant, config) => micRequest('/oauth/token', grant, config),
    response: MicTokens,
    result: (wire) => wire,
  }),
}
