import {
  brokenRule,
  type CallOptions,
  type Extended,
  type OperationContext,
  pathSegment,
  type Result,
  type Session,
  type TextRule,
  type UserError,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type { Authenticator } from './codecs.js'
import type { KinveyConfig } from './config.js'
import type { KinveyCalls } from './endpoints.js'

/** One of the user's authenticators. */
export interface AuthenticatorId {
  readonly authenticator: string
}

/** An authenticator that counts as soon as a code of it is given to `verifyAuthenticator`. `secret` (base32) is for its device, this once. */
export interface NewAuthenticator extends Authenticator {
  readonly secret: string
}

const ruleOf: Readonly<Record<string, TextRule>> = { authenticator: pathSegment }

type Operation<Input, A> = (input: Input, session: Session, options?: CallOptions) => Result<Extended<A>>

/** What only Kinvey has: the second factors that a user sets up. They need API version 6. */
export type KinveyExtension = {
  readonly listAuthenticators: Operation<undefined, readonly Authenticator[]>
  /** Fails with `Forbidden` for an anonymous user, whose own credentials it would lock out. */
  readonly addAuthenticator: Operation<{ readonly name: string }, NewAuthenticator>
  /** The recovery codes that come with the first authenticator; none with others. Fails with `VerificationCodeInvalid`. */
  readonly verifyAuthenticator: Operation<AuthenticatorId & { readonly code: string }, readonly string[]>
  readonly removeAuthenticator: Operation<AuthenticatorId, void>
  /** Those that are not used yet. Each takes the place of a code, once. */
  readonly listRecoveryCodes: Operation<undefined, readonly string[]>
  /** Others in place of all. */
  readonly renewRecoveryCodes: Operation<undefined, readonly string[]>
}

export const extension = (calls: KinveyCalls, { at }: OperationContext, config: KinveyConfig): KinveyExtension => {
  const tooOld = userError('Unsupported', at, { capability: 'secondFactor', instead: 'apiVersion 6 in the configuration' })
  const lockedOut = userError('Forbidden', at, { message: 'A second factor would lock an anonymous user out. Upgrade it first.' })

  const broken = (input: Readonly<Record<string, unknown>> | undefined, fields: readonly string[]): UserError | undefined => {
    if (config.apiVersion !== 6) return tooOld
    for (const field of fields) {
      const rule = brokenRule(ruleOf[field] ?? {}, input?.[field])
      if (rule !== undefined) return userError('InvalidInput', at, { field, rule })
    }
    return undefined
  }

  const operation =
    <Input extends object | undefined, A>(
      fields: readonly string[],
      ask: (input: Input, session: Session) => Result<A>,
    ): Operation<Input, A> =>
    (input, session) => {
      const refused = broken(input as Readonly<Record<string, unknown>> | undefined, fields)
      return refused === undefined
        ? pipe(
            ask(input, session),
            TE.map((value) => ({ value, session })),
          )
        : TE.left(refused)
    }

  return {
    listAuthenticators: operation([], (_, session) => calls.listAuthenticators({ session })),

    addAuthenticator: operation(['name'], ({ name }, session) =>
      session.kind === 'anonymous'
        ? TE.left(lockedOut)
        : pipe(
            calls.addAuthenticator({ session, name }),
            TE.map(({ config: { secret }, id, name: given, type }) => ({ id, name: given, type, secret })),
          ),
    ),

    verifyAuthenticator: operation(['authenticator', 'code'], ({ authenticator, code }, session) =>
      calls.verifyAuthenticator({ session, authenticator, code: code.trim() }),
    ),

    removeAuthenticator: operation(['authenticator'], ({ authenticator }, session) =>
      calls.removeAuthenticator({ session, authenticator }),
    ),

    listRecoveryCodes: operation([], (_, session) => calls.listRecoveryCodes({ session })),

    renewRecoveryCodes: operation([], (_, session) => calls.renewRecoveryCodes({ session })),
  }
}
