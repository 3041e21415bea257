import {
  type CallOptions,
  type Extended,
  type Json,
  type JsonObject,
  type Result,
  type Session,
  type UserError,
  userError,
} from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
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

const unsettled = 'It is not known yet whether the last upgrade was carried out. Call refresh first: it finishes or undoes the upgrade.'

/** The operations that only Monaca has. */
export const extension = ({ calls, context: { at }, steps }: Parts): MonacaExtension => {
  const { from } = steps
  const refusalsOf = createRegistrationCheck(steps)

  // The table of errors speaks of attributes.
  const inOurWords = (error: UserError): UserError =>
    error._tag === 'InvalidInput'
      ? userError('InvalidInput', at, { field: 'properties', rule: error.rule, code: error.code, status: error.status })
      : error

  const getProperties: MonacaExtension['getProperties'] = (names, session) =>
    pipe(
      calls.getProperties({ from: from(session), names }),
      TE.map((found) => ({ value: filled(names, found.wire), session: found.session })),
    )

  const saveProperties: MonacaExtension['saveProperties'] = (properties, session) =>
    // What goes to the anonymous user now would not be in the account that may exist already.
    intentOf(session) === undefined
      ? pipe(
          calls.saveProperties({ from: from(session), properties }),
          TE.bimap(inOurWords, (renewed) => ({ value: undefined, session: renewed })),
        )
      : TE.left(userError('Unavailable', at, { message: unsettled }))

  return {
    getProperty: (name, session) =>
      pipe(
        getProperties([name], session),
        TE.map((found) => ({ ...found, value: found.value[name] ?? null })),
      ),

    getProperties,

    saveProperty: ({ name, value }, session) => saveProperties({ [name]: value }, session),

    saveProperties,

    validate: ({ username, properties = {} }, session) =>
      pipe(
        refusalsOf(username, properties),
        TE.map((value) => ({ value, session })),
      ),

    getDeviceProperties: (names, session) =>
      pipe(
        calls.deviceProperties({ from: { device: from(session).device }, names }),
        TE.map((found) => ({ value: filled(names, found), session })),
      ),

    saveDeviceProperties: (properties, session) =>
      pipe(
        calls.saveDeviceProperties({ from: { device: from(session).device }, properties }),
        TE.bimap(inOurWords, () => ({ value: undefined, session })),
      ),
  }
}
