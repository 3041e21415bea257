import { endpointsOf, type Identifiers, type Profile, type SecondFactor, type Session } from '@userport/core'
import { KiiRegistered, KiiToken } from '../codecs.js'
import type { KiiConfig } from '../config.js'
import { about, call, identity, type Own } from '../request.js'
import { ofRegistration, ofToken } from '../session.js'

const endpoint = endpointsOf<KiiConfig>()

const lifetime = ({ sessionLifetime }: KiiConfig): object =>
  sessionLifetime === undefined ? {} : { expiresAt: Date.now() + sessionLifetime * 1000 }

const codeNames: Readonly<Record<SecondFactor, string>> = { totp: 'totp_code', 'recovery-code': 'recovery_code' }

/** Ways to come by a token. */
export const signInEndpoints = {
  /** Registers and signs in at once: the content type does both, so no account is left behind without a session. */
  register: endpoint({
    effect: 'once',
    request: (input: { readonly identifiers: Identifiers; readonly password: string; readonly profile: Profile }, config) =>
      call(config, {
        method: 'POST',
        path: '/users',
        type: 'RegistrationAndAuthorizationRequest',
        body: { ...about(input.profile), ...identity(input.identifiers), password: input.password },
      }),
    response: KiiRegistered,
    result: ofRegistration('registered'),
  }),

  registerPseudoUser: endpoint({
    effect: 'once',
    request: (profile: Profile, config) =>
      call(config, { method: 'POST', path: '/users', type: 'RegistrationAndAuthorizationRequest', body: about(profile) }),
    response: KiiRegistered,
    result: ofRegistration('anonymous'),
  }),

  /** `scoped`: the token may be good for the second factor alone. What the scope says is not documented, so nothing is read out of it. */
  token: endpoint({
    effect: 'write',
    request: (input: { readonly username: string; readonly password: string }, config) =>
      call(config, {
        method: 'POST',
        path: '/oauth2/token',
        type: 'json',
        body: { grant_type: 'password', ...input, ...lifetime(config) },
      }),
    response: KiiToken,
    result: (wire): { readonly session: Session; readonly scoped: boolean } => ({
      session: ofToken(wire),
      scoped: (wire.scope ?? null) !== null,
    }),
  }),

  /** A code works once, and takes the limited token with it. */
  secondFactor: endpoint({
    effect: 'once',
    request: (input: Own & { readonly factor: SecondFactor; readonly code: string }, config) =>
      call(config, {
        method: 'POST',
        path: '/oauth2/token',
        session: input.session,
        type: 'json',
        body: { grant_type: 'mfa', [codeNames[input.factor]]: input.code, ...lifetime(config) },
      }),
    response: KiiToken,
    result: ofToken,
  }),

  /** A refresh token works once: a lost answer cannot be asked for again. */
  renew: endpoint({
    effect: 'write',
    request: (refreshToken: string, config) =>
      call(config, {
        method: 'POST',
        path: '/oauth2/token',
        type: 'json',
        body: { grant_type: 'refresh_token', refresh_token: refreshToken, ...lifetime(config) },
      }),
    response: KiiToken,
    result: ofToken,
  }),
}
