import { type At, type BackendOptions, type IdentityProof, type Result, type UserError, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { KinveyConfig } from '../config.js'
import { micBase } from '../endpoints/identities.js'
import { micProof } from '../session.js'
import { type Call, sessionless } from './call.js'
import { challengeOf, randomText } from './pkce.js'

/** A log-in page that a person was sent to. Plain JSON, to be kept until the page sends back; `verifier` is a secret until then. */
export interface MicRequest {
  readonly type: 'mic-request'
  readonly clientId: string
  readonly redirectUri: string
  readonly verifier: string
  /** Absent where it was switched off. */
  readonly state?: string
}

export interface MicLogIn {
  /** Where the page sends back to, as registered in the console. */
  readonly redirectUri: string
  /** The id of the login service, where the app has several. */
  readonly service?: string
  /** `false`: for a service that does not give the state back. Then only the verifier ties the answer to the request. */
  readonly state?: false
}

/** Log-in by Kinvey's Mobile Identity Connect. What comes out is for `signInWithIdentity` and `linkIdentity`. */
export interface MobileIdentityConnect {
  /** The address to send the person to, and what `complete` needs. */
  begin(input: MicLogIn, call?: Call): Result<{ readonly url: string; readonly request: MicRequest }>
  /** Takes the address that the page sent back to. Fails with `Forbidden` when the person refused, `InvalidCredentials`, `InvalidInput`. */
  complete(request: MicRequest, sentBackTo: string, call?: Call): Result<IdentityProof>
  /** For an app that asks for the password itself. Fails with `InvalidCredentials`. */
  byPassword(input: { readonly username: string; readonly password: string; readonly service?: string }, call?: Call): Result<IdentityProof>
}

const codeIn = (at: At, { state }: MicRequest, sentBackTo: string): E.Either<UserError, string> => {
  const broken = (rule: string): E.Either<UserError, string> => E.left(userError('InvalidInput', at, { field: 'sentBackTo', rule }))
  if (!URL.canParse(sentBackTo)) return broken('must be the address that was sent back to')
  const { searchParams } = new URL(sentBackTo)
  if (state !== undefined && searchParams.get('state') !== state) return broken('must be the answer to this request')
  const error = searchParams.get('error')
  if (error === 'access_denied') return E.left(userError('Forbidden', at, { code: error, message: 'The person refused to log in.' }))
  if (error !== null) return E.left(userError('Vendor', at, /^\w{1,80}$/.test(error) ? { code: error } : {}))
  const code = searchParams.get('code')
  return code ? E.right(code) : broken('must have a code')
}

export const createMobileIdentityConnect = (config: KinveyConfig, options: BackendOptions = {}): MobileIdentityConnect => {
  const run = sessionless(config, options)
  const clientOf = (service: string | undefined): string => (service === undefined ? config.appKey : `${config.appKey}.${service}`)

  return {
    begin: (input, call = {}) => {
      const { redirectUri = '', service, state: stateful }: Partial<MicLogIn> = input ?? {}
      return run('begin', { redirectUri }, call, (_, { at }) => {
        if (!URL.canParse(redirectUri)) return TE.left(userError('InvalidInput', at, { field: 'redirectUri', rule: 'must be an address' }))
        const clientId = clientOf(service)
        const verifier = randomText()
        const state: { readonly [Name in 'state']?: string } = stateful === false ? {} : { state: randomText() }
        return pipe(
          challengeOf(verifier, at),
          TE.map((challenge) => {
            const query = new URLSearchParams({
              client_id: clientId,
              redirect_uri: redirectUri,
              response_type: 'code',
              scope: 'openid',
              ...state,
              code_challenge: challenge,
              code_challenge_method: 'S256',
            })
            const request = { type: 'mic-request' as const, clientId, redirectUri, verifier, ...state }
            return { url: `${micBase(config)}/v3/oauth/auth?${query.toString()}`, request }
          }),
        )
      })
    },

    complete: (request, sentBackTo, call = {}) => {
      const { clientId = '', redirectUri = '', verifier = '' }: Partial<MicRequest> = request ?? {}
      const needed = { 'request.clientId': clientId, 'request.redirectUri': redirectUri, 'request.verifier': verifier, sentBackTo }
      return run('complete', needed, call, (calls, { at }) =>
        pipe(
          TE.fromEither(codeIn(at, request, sentBackTo)),
          TE.flatMap((code) =>
            calls.micToken({
              clientId,
              grant: { grant_type: 'authorization_code', redirect_uri: redirectUri, code, code_verifier: verifier },
            }),
          ),
          TE.map((tokens) => micProof(tokens, { clientId, redirectUri })),
        ),
      )
    },

    byPassword: (input, call = {}) => {
      const { username = '', password = '', service }: { readonly [Name in keyof typeof input]?: string } = input ?? {}
      return run('byPassword', { username, password }, call, (calls) => {
        const clientId = clientOf(service)
        return pipe(
          calls.micToken({ clientId, grant: { grant_type: 'password', username, password } }),
          TE.map((tokens) => micProof(tokens, { clientId, redirectUri: undefined })),
        )
      })
    },
  }
}
