import {
  type At,
  type CapabilityName,
  checked,
  decodeConfig,
  fieldsWhere,
  NonEmpty,
  positive,
  type UserErrorOf,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import * as t from '#io-ts'
import type { AnyVendor, KnownVendor, VendorConfigs } from './vendors.js'

const isStore = (value: unknown): value is string =>
  typeof value === 'string' && (['memory', 'localStorage', 'sessionStorage'].includes(value) || /^file:.+/.test(value))

const Store = checked('"memory", "localStorage", "sessionStorage" or "file:FOLDER"', isStore)

/** What every vendor's configuration may say besides the vendor's own keys. */
export const CommonConfig = t.partial({
  /** Where the session is kept (default: `localStorage` in a browser, `memory` elsewhere). */
  store: Store,
  /** Milliseconds that an operation may take (default 30,000). */
  deadline: positive('a number of milliseconds, more than 0'),
  /** `UserNotFound` becomes `InvalidCredentials`, so that a sign-in does not tell which of the two was wrong. */
  enumerationSafe: t.boolean,
  /** The stored names begin with it; two providers with the same one share a session. */
  namespace: NonEmpty,
  /** Capabilities that the app cannot do without. */
  requires: t.array(t.string),
})
export type CommonConfig = Omit<t.TypeOf<typeof CommonConfig>, 'requires'> & { readonly requires?: readonly CapabilityName[] }

/** The configuration of one vendor. */
export type ConfigOf<Name extends KnownVendor> = { readonly vendor: Name } & VendorConfigs[Name] & CommonConfig

/** What `userport.config.json` holds: the vendor's name, that vendor's keys, and the common ones. */
export type UserportConfig = { [Name in KnownVendor]: ConfigOf<Name> }[KnownVendor]

/** Types a configuration written in code. */
export const defineConfig = <const Config extends UserportConfig>(config: Config): Config => config

export interface DecodedConfig {
  readonly common: CommonConfig
  /** The vendor's own keys. */
  readonly own: never
}

const commonKeys = Object.keys(CommonConfig.props)

const pick = (value: object, wanted: (key: string) => boolean): object => fieldsWhere({ ...value }, wanted)

/** Checks a configuration against the vendor it names. Every key must be known, to the vendor or to all. */
export const decodeUserportConfig = (at: At, vendor: AnyVendor, value: object): E.Either<UserErrorOf<'Configuration'>, DecodedConfig> => {
  const common = decodeConfig(
    at,
    CommonConfig,
    pick(value, (key) => commonKeys.includes(key)),
  )
  if (E.isLeft(common)) return common
  const own = decodeConfig(
    at,
    vendor.config as unknown as t.Type<unknown, unknown, unknown>,
    pick(value, (key) => key !== 'vendor' && !commonKeys.includes(key)),
  )
  if (E.isLeft(own)) {
    const { path, problem, fix } = own.left
    return E.left(
      userError('Configuration', at, {
        path,
        problem,
        fix: problem.includes('known key') ? `${fix} Common keys: ${commonKeys.join(', ')}.` : fix,
      }),
    )
  }
  return E.right({ common: common.right as CommonConfig, own: own.right as never })
}

// Switches are called after what they switch: `resetPassword` is none.
const isSecret = (key: string): boolean => /(key|secret|token|(?<!reset)password)$/i.test(key)

/** The same configuration, fit to be shown: of a secret only its length is left. */
export const redactConfig = (config: object): object => {
  const shown = (key: string, value: unknown): unknown => {
    if (typeof value === 'string') return isSecret(key) ? `(${value.length} characters)` : value
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? redactConfig(value) : value
  }
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, shown(key, value)]))
}
