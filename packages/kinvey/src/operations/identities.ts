import { afterwards, type IdentityProof, notDone, orLookUp, type Result, type SignedIn, type UserError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { fieldsOf, writable } from '../codecs.js'
import { micProvider } from '../endpoints/identities.js'
import { micMeansIn, sessionAfter, sessionOf, withMicMeans } from '../session.js'
import type { Operations, Parts } from './parts.js'

type Identities = Pick<Operations, 'signInWithIdentity' | 'linkIdentity' | 'unlinkIdentity'>

type Entered = SignedIn & { readonly created: boolean }

const isUnknown = ({ _tag }: UserError): boolean => _tag === 'UserNotFound'

/** Identities of third parties. A dead session is told from a refused proof by asking for the user first. */
export const identities = ({
  calls,
  context,
  config,
  names,
  secondFactor,
  signedIn,
  signedInAs,
  continued,
  rewrite,
}: Parts): Identities => {
  // A session of Mobile Identity Connect ends with the token that opened it; another token renews it.
  const renewable = (signed: SignedIn, { provider, tokens }: IdentityProof): SignedIn => {
    const means = provider === micProvider ? micMeansIn(tokens, config.appKey) : undefined
    return means === undefined ? signed : { ...signed, session: withMicMeans(signed.session, means) }
  }

  const logIn = (proof: IdentityProof, created: boolean): Result<Entered> =>
    pipe(
      calls.identityLogin(proof),
      TE.flatMap((answer) =>
        'token' in answer ? TE.right({ ...renewable(signedInAs(answer.document, answer.token), proof), created }) : TE.left(secondFactor),
      ),
    )

  return {
    signInWithIdentity: ({ provider, tokens, create = true, profile = {} }) => {
      const proof = { provider, tokens }

      const signUp = pipe(
        calls.identitySignUp({ proof, fields: fieldsOf(profile, {}, names) }),
        TE.flatMap((wire): Result<Entered> => {
          const token = wire._kmd?.authtoken
          if (token !== undefined) {
            return TE.right({ ...renewable(signedIn(wire, sessionOf(wire, 'registered', token)), proof), created: true })
          }
          return pipe(logIn(proof, true), afterwards(context.carriedOut, { accountCreated: true, userAction: 'sign-in' }))
        }),
        // Another device was quicker with the same identity.
        TE.orElse((error) => (error._tag === 'IdentifierTaken' ? logIn(proof, false) : TE.left(error))),
        orLookUp((unknown) =>
          pipe(
            logIn(proof, true),
            TE.mapLeft((error) => (isUnknown(error) ? notDone(unknown) : unknown)),
          ),
        ),
      )

      return pipe(
        logIn(proof, false),
        TE.orElse((error) => (isUnknown(error) && create ? signUp : TE.left(error))),
      )
    },

    linkIdentity: ({ provider, tokens }, session) =>
      pipe(
        calls.me({ session }),
        TE.flatMap((wire) => {
          const now = sessionAfter(session, wire)
          const linking = calls.linkIdentity({ session: now, document: writable(wire), proof: { provider, tokens } })
          return pipe(linking, TE.map(continued(now)))
        }),
      ),

    unlinkIdentity: (provider, session) => rewrite(session, (document) => ({ ...document, _socialIdentity: { [provider]: null } })),
  }
}
