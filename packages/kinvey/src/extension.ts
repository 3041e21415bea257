import {
  type BrokenInput,
  brokenRule,
  type CallOptions,
  type Complaint,
  type Extended,
  type ExtensionInput,
  type OperationContext,
  pathSegment,
  type Result,
  type Session,
  type TextRule,
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

const text = (field: string, value: unknown, rule: TextRule = {}): BrokenInput | undefined => {
  const broken = brokenRule(rule, value)
  return broken === undefined ? undefined : { field, rule: broken }
}

const brokenAuthenticator = ({ authenticator }: AuthenticatorId): BrokenInput | undefined =>
  text('authenticator', authenticator, pathSegment)

const inVersion6: ExtensionInput<KinveyExtension> = {
  addAuthenticator: (input) => text('name', input?.name),
  verifyAuthenticator: (input) => brokenAuthenticator(input) ?? text('code', input.code),
  removeAuthenticator: brokenAuthenticator,
}

const tooOld = (): Complaint => ({ capability: 'secondFactor', instead: 'apiVersion 6 in the configuration' })

const before: ExtensionInput<KinveyExtension> = {
  listAuthenticators: tooOld,
  addAuthenticator: tooOld,
  verifyAuthenticator: tooOld,
  removeAuthenticator: tooOld,
  listRecoveryCodes: tooOld,
  renewRecoveryCodes: tooOld,
}

/** What each operation of the extension checks before any request. */
export const extensionInput = ({ apiVersion }: KinveyConfig): ExtensionInput<KinveyExtension> => (apiVersion === 6 ? inVersion6 : before)

export const extension = (calls: KinveyCalls, { at }: OperationContext): KinveyExtension => {
  const lockedOut = userError('Forbidden', at, { message: 'A second factor would lock an anonymous user out. Upgrade it first.' })

  const operation =
    <Input, A>(ask: (input: Input, session: Session) => Result<A>): Operation<Input, A> =>
    (input, session) =>
      pipe(
        ask(input, session),
        TE.map((value) => ({ value, session })),
      )

  return {
    listAuthenticators: operation((_, session) => calls.listAuthenticators({ session })),

    addAuthenticator: operation(({ name }, session) =>
      session.kind === 'anonymous'
        ? TE.left(lockedOut)
        : pipe(
            calls.addAuthenticator({ session, name }),
            TE.map(({ config: { secret }, id, name: given, type }) => ({ id, name: given, type, secret })),
          ),
    ),

    verifyAuthenticator: operation(({ authenticator, code }, session) =>
      calls.verifyAuthenticator({ session, authenticator, code: code.trim() }),
    ),

    removeAuthenticator: operation(({ authenticator }, session) => calls.removeAuthenticator({ session, authenticator })),

    listRecoveryCodes: operation((_, session) => calls.listRecoveryCodes({ session })),

    renewRecoveryCodes: operation((_, session) => calls.renewRecoveryCodes({ session })),
  }
}
