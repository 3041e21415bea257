import type { Calls } from '@userport/core'
import { accountEndpoints } from './endpoints/account.js'
import { addressEndpoints } from './endpoints/address.js'
import { bucketEndpoints } from './endpoints/bucket.js'
import { scopeEndpoints } from './endpoints/scope.js'
import { signInEndpoints } from './endpoints/sign-in.js'

/** Every call that userport makes to Kii for a user. */
export const endpoints = { ...signInEndpoints, ...accountEndpoints, ...addressEndpoints, ...scopeEndpoints, ...bucketEndpoints }

export type KiiCalls = Calls<typeof endpoints>
