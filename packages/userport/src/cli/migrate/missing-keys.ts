import { toUserportError, type UserportError, userError } from '@userport/core'
import { placesFor, type Side } from '../../directories/admin-keys.js'
import type { OpenSide } from '../../directories/open-side.js'

const secrets = { kii: 'clientSecret', kinvey: 'masterSecret', monaca: 'managementKey' } as const

/** What is said where a configuration has no admin keys and none are in the environment. */
export const missingKeys = (side: Side, { vendor }: OpenSide, file: string): UserportError =>
  toUserportError(
    userError(
      'Configuration',
      { vendor: 'userport', operation: `--${side}` },
      { path: `${file}: admin`, problem: `is missing: the keys of an operator of ${vendor}.`, fix: placesFor(side, secrets[vendor]) },
    ),
  )
