import {
  brokenAttribute,
  brokenRule,
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
import type { Kit } from './kit.js'
import { randomText } from './random-text.js'
import { rules } from './rules.js'
import { intentOf } from './session.js'

/** What a registration would be refused for. `taken`: somebody has the username; `invalid`: Monaca wants another one, or other properties. */
export type Refusal =
  | { readonly field: 'username'; readonly reason: 'taken' | 'invalid' }
  | { readonly field: 'properties'; readonly reason: 'invalid' }

type Operation<Input, A> = (input: Input, session: Session) => Result<Extended<A>>

/**
 * What only Monaca has (https://docs.monaca.io/en/reference/monaca_api/cloud/user/). Properties go by Monaca's own names: the ones that
 * hold `email` and other fields are among them. A property that is not set is `null`. After a `save…`, `refresh()` shows the user anew.
 */
// Not an interface, which could not pass for a record of operations.
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

interface Broken {
  readonly field: string
  readonly rule: string
}

const brokenNames = (names: unknown): Broken | undefined => {
  if (!Array.isArray(names) || names.length === 0) return { field: 'names', rule: 'must be a list of names' }
  const rule = names.map((name: unknown) => brokenRule({}, name)).find((broken) => broken !== undefined)
  return rule === undefined ? undefined : { field: 'names', rule: `a name ${rule}` }
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

const brokenProperties = (properties: unknown): Broken | undefined => {
  if (!isObject(properties)) return { field: 'properties', rule: 'must be an object' }
  const broken = brokenAttribute(rules.attributes, properties)
  return broken === undefined ? undefined : { ...broken, field: broken.field.replace(/^attributes/, 'properties') }
}

const brokenChange = (properties: unknown): Broken | undefined =>
  isObject(properties) && Object.keys(properties).length === 0
    ? { field: 'properties', rule: 'must name something to save' }
    : brokenProperties(properties)

const filled = (names: readonly string[], properties: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(names.map((name) => [name, (properties[name] ?? null) as Json]))

const unsettled = 'Whether the last upgrade was carried out is not known yet. Call refresh first: it finishes or undoes the upgrade.'

/** The operations that only Monaca has. */
export const extension = ({ calls, context: { at }, steps }: Kit): MonacaExtension => {
  const { from, accepts } = steps

  const unless = <A>(broken: Broken | undefined, run: () => Result<A>): Result<A> =>
    broken === undefined ? run() : TE.left(userError('InvalidInput', at, broken))

  // The table of errors speaks of attributes.
  const ofProperties = (error: UserError): UserError =>
    error._tag === 'InvalidInput'
      ? userError('InvalidInput', at, { field: 'properties', rule: error.rule, code: error.code, status: error.status })
      : error

  const getProperties: MonacaExtension['getProperties'] = (names, session) =>
    unless(brokenNames(names), () =>
      pipe(
        calls.getProperties({ from: from(session), names }),
        TE.map((found) => ({ value: filled(names, found.wire), session: found.session })),
      ),
    )

  const saveProperties: MonacaExtension['saveProperties'] = (properties, session) =>
    unless(brokenChange(properties), () =>
      intentOf(session) === undefined
        ? pipe(
            calls.saveProperties({ from: from(session), properties }),
            TE.bimap(ofProperties, (renewed) => ({ value: undefined, session: renewed })),
          )
        : TE.left(userError('Unavailable', at, { message: unsettled })),
    )

  /** Whether a registration with just this much would be accepted. */
  const usernameRefusal = (username: string): Result<readonly Refusal[]> =>
    pipe(
      accepts(username, {}),
      TE.flatMap((accepted): Result<readonly Refusal[]> =>
        accepted
          ? TE.right([])
          : pipe(
              steps.isTaken(username),
              TE.map((isTaken) => [{ field: 'username', reason: isTaken ? 'taken' : 'invalid' }]),
            ),
      ),
    )

  const propertiesRefusal = (properties: JsonObject): Result<readonly Refusal[]> =>
    Object.keys(properties).length === 0
      ? TE.right([])
      : pipe(
          accepts(randomText(64), properties),
          TE.map((accepted) => (accepted ? [] : [{ field: 'properties', reason: 'invalid' }])),
        )

  return {
    getProperty: (name, session) =>
      pipe(
        getProperties([name], session),
        TE.map((found) => ({ ...found, value: found.value[name] ?? null })),
      ),
    getProperties,
    saveProperty: ({ name, value }, session) => saveProperties({ [name]: value }, session),
    saveProperties,

    // Monaca need not say which of the two it refuses, so each is asked about by itself.
    validate: ({ username, properties = {} }, session) =>
      pipe(
        accepts(username, properties),
        TE.flatMap((accepted): Result<readonly Refusal[]> =>
          accepted
            ? TE.right([])
            : pipe(
                usernameRefusal(username),
                TE.flatMap((name) =>
                  pipe(
                    propertiesRefusal(properties),
                    TE.map((rest) => [...name, ...rest]),
                  ),
                ),
              ),
        ),
        TE.map((value) => ({ value, session })),
      ),

    getDeviceProperties: (names, session) =>
      unless(brokenNames(names), () =>
        pipe(
          calls.deviceProperties({ from: { device: from(session).device }, names }),
          TE.map((found) => ({ value: filled(names, found), session })),
        ),
      ),

    saveDeviceProperties: (properties, session) =>
      unless(brokenChange(properties), () =>
        pipe(
          calls.saveDeviceProperties({ from: { device: from(session).device }, properties }),
          TE.bimap(ofProperties, () => ({ value: undefined, session })),
        ),
      ),
  }
}
