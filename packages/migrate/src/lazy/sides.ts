import { backendOf, type ProviderOptions, type UserBackend, type UserErrorOf, userError } from '@userport/core'
import * as E from '#fp-ts/Either'

/** One end of a move: a provider made by `createProvider` (what every vendor package gives), or the backend alone. */
export interface Side {
  readonly vendor: string
  readonly capabilities: object
  readonly rules: object
}

export interface KnownSide {
  readonly backend: UserBackend
  readonly options: ProviderOptions
}

const isBackend = (side: object): boolean =>
  'renewSession' in side &&
  typeof side.renewSession === 'function' &&
  'adoptable' in side &&
  typeof side.adoptable === 'function' &&
  // One move at a time: the sessions of two could not be told apart.
  !('chooseNewPassword' in side)

/** The backend of a side, and the options its provider was made with. */
export const sideOf = (side: unknown, path: 'from' | 'to'): E.Either<UserErrorOf<'Configuration'>, KnownSide> => {
  const given = typeof side === 'object' && side !== null ? side : undefined
  const origin = given === undefined ? undefined : backendOf(given)
  if (origin !== undefined) return E.right(origin)
  if (given !== undefined && isBackend(given)) return E.right({ backend: given as UserBackend, options: {} })
  return E.left(
    userError(
      'Configuration',
      { vendor: 'migrating', operation: 'migrating' },
      {
        path,
        problem: 'is neither a provider made by createProvider nor a backend of one vendor.',
        fix: 'Give what createKii, createKinvey, createMonaca or createProvider returned, not a view of it such as toPromises.',
      },
    ),
  )
}
