import {
  type BrokenInput,
  type CallOptions,
  type Extended,
  type Json,
  type JsonObject,
  type Result,
  type Session,
  type UserError,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { brokenChange, brokenNames, brokenProperty, brokenRegistration } from './extension/input.js'
import { createRegistrationCheck, type Refusal } from './extension/registration-check.js'
import type { Parts } from './operations/parts.js'
import { intentOf } from './session.js'

export type { Refusal } from './extension/registration-check.js'

type Operation<Input, A> = (input: Input, session: Session, options?: CallOptions) => Result<Extended<A>>

/**
 * What only Monaca has (https://docs.monaca.io/en/reference/monaca_api/cloud/user/). Properties go by Monaca's own names: the ones that
 * hold `email` and other fields are among them. A property that is not set is `null`. After a `save…`, `refresh()` shows the user anew.
 */
// Not an interface: that could not pass for a record of operations.
export type MonacaExtension = {
  /** `User.getProperty`. */
  readonly getProperty: Operation<string, Json>
  /** `User.getProperties`: each of the names with its value. */
  readonly getProperties: Operation<readonly string[], JsonObject>
  /** `User.saveProperty`. Fails with `InvalidInput`. */
  readonly saveProperty: Operation<{ readonly name: string; readonly value: Json }, void>
  /** `User.saveProperties`. Fails with `InvalidInput`. */
  readonly saveProperties: Operation<JsonObject, void>
  /** `User.validate`: what a registration would be refused for; nothing where it would be accepted. */
  readonly validate: Operation<{ readonly username: string; readonly properties?: JsonObject }, readonly Refusal[]>
  /** `Device.getProperties`: what the app keeps with this device, whoever is signed in. */
  readonly getDeviceProperties: Operation<readonly string[], JsonObject>
  /** `Device.saveProperties`. Fails with `InvalidInput`. */
  readonly saveDeviceProperties: Operation<JsonObject, void>
}

const filled = (names: readonly string[], properties: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(names.map((name) => [name, ((Object.hasOwn(properties, name) ? properties[name] : undefined) ?? null) as Json]))

const unreadable: BrokenInput = { field: 'input', rule: 'is not of the documented form' }

const unsettled = 'It is not known yet whether the last upgrade was carried out. Call refresh first: it finishes or undoes the upgrade.'

/** The operations that only Monaca has. */
export const extension = ({ calls, context: { at }, steps }: Parts): MonacaExtension => {
  const { from } = steps
  const refusalsOf = createRegistrationCheck(steps)

  const unless = <A>(check: () => BrokenInput | undefined, run: () => Result<A>): Result<A> => {
    // Without types an argument may be anything, and looking into it may throw.
    const broken = E.toUnion(E.tryCatch(check, () => unreadable))
    return broken === undefined ? run() : TE.left(userError('InvalidInput', at, broken))
  }

  // The table of errors speaks of attributes.
  const inOurWords = (error: UserError): UserError =>
    error._tag === 'InvalidInput'
      ? userError('InvalidInput', at, { field: 'properties', rule: error.rule, code: error.code, status: error.status })
      : error

  const getProperties: MonacaExtension['getProperties'] = (names, session) =>
    unless(
      () => brokenNames(names),
      () =>
        pipe(
          calls.getProperties({ from: from(session), names }),
          TE.map((found) => ({ value: filled(names, found.wire), session: found.session })),
        ),
    )

  const saveProperties: MonacaExtension['saveProperties'] = (properties, session) =>
    unless(
      () => brokenChange(properties),
      () => {
        // What goes to the anonymous user now would not be in the account that may exist already.
        if (intentOf(session) !== undefined) return TE.left(userError('Unavailable', at, { message: unsettled }))
        return pipe(
          calls.saveProperties({ from: from(session), properties }),
          TE.bimap(inOurWords, (renewed) => ({ value: undefined, session: renewed })),
        )
      },
    )

  return {
    getProperty: (name, session) =>
      pipe(
        getProperties([name], session),
        TE.map((found) => ({ ...found, value: found.value[name] ?? null })),
      ),

    getProperties,

    saveProperty: (input, session) =>
      unless(
        () => brokenProperty(input),
        () => saveProperties({ [input.name]: input.value }, session),
      ),

    saveProperties,

    validate: (input, session) =>
      unless(
        () => brokenRegistration(input),
        () =>
          pipe(
            refusalsOf(input.username, input.properties ?? {}),
            TE.map((value) => ({ value, session })),
          ),
      ),

    getDeviceProperties: (names, session) =>
      unless(
        () => brokenNames(names),
        () =>
          pipe(
            calls.deviceProperties({ from: { device: from(session).device }, names }),
            TE.map((found) => ({ value: filled(names, found), session })),
          ),
      ),

    saveDeviceProperties: (properties, session) =>
      unless(
        () => brokenChange(properties),
        () =>
          pipe(
            calls.saveDeviceProperties({ from: { device: from(session).device }, properties }),
            TE.bimap(inOurWords, () => ({ value: undefined, session })),
          ),
      ),
  }
}
