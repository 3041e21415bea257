import { verifyAddress } from './kii/addresses.js'
import type { KiiWorld } from './kii/call.js'
import { addressOf, phone } from './kii/channels.js'
import type { KiiUser } from './kii/data.js'
import { enrolSecondFactor } from './kii/second-factor.js'
import { revokeTokens } from './kii/tokens.js'
import type { KinveyWorld, StoredUser } from './kinvey/data.js'
import { changeFactors, newRecoveryCodes } from './kinvey/mfa/factors.js'
import { openSession } from './kinvey/sessions.js'
import { documentWithToken, newId } from './kinvey/users.js'
import { type MonacaWorld, removeWhere } from './monaca/data.js'
import { issueLoginToken } from './monaca/sessions.js'
import type { OutboxMessage } from './outbox.js'
import { randomHex } from './random-ids.js'
import { newTotpSecret, totpCode } from './totp.js'
import type { World } from './world.js'

/** What somebody with a second factor has at hand. */
export interface SecondFactorKit {
  /** What the authenticator shows; the next one when asked twice within 30 s. */
  readonly code: () => string
  readonly recoveryCodes: readonly string[]
}

/** What a contract suite does to an app of one vendor. What is absent, the vendor or the app's settings of now do not have. */
export interface VendorPart {
  /** From now on new addresses count only once they are verified, or not; returns what held before. */
  readonly requireVerification?: (required: boolean) => boolean
  /** Ends the sessions of one user, or of all, with every means to renew them. */
  readonly expireSessions: (userId?: string) => void
  /** Lets the sessions of one user run out; they can be renewed. Absent where the app's settings of now do not let them. */
  readonly outdateSessions?: (userId: string) => void
  readonly disable?: (userId: string) => void
  readonly secondFactor?: {
    /** From now on the password alone does not sign this user in. */
    readonly enrol: (userId: string) => SecondFactorKit
    readonly codesWorkOnce: boolean
    readonly trustsDevices: boolean
  }
  /** The tokens that a third party gives out for whoever has that id there. */
  readonly identityProof?: (provider: string, id: string) => Readonly<Record<string, string>>
  /** What the vendor's own SDK would keep in its store for a user who is signed in: texts by name. */
  readonly legacySession?: (userId: string) => Readonly<Record<string, string>>
}

interface WithCodes extends VendorPart {
  /** Sends the code of a verification message back. */
  readonly giveCode?: (message: OutboxMessage) => void
}

export function partOf(world: World): WithCodes {
  switch (world.vendor) {
    case 'kii':
      return kiiPart(world as KiiWorld)
    case 'kinvey':
      return kinveyPart(world as KinveyWorld)
    case 'monaca':
      return monacaPart(world as MonacaWorld)
  }
}

function kiiPart(world: KiiWorld): WithCodes {
  const { data, settings } = world
  const userOf = (id: string): KiiUser => known(data.users[id], id)
  return {
    requireVerification: (required) => {
      const before = world.settings.emailVerificationRequired
      world.set({ emailVerificationRequired: required, phoneVerificationRequired: required })
      return before
    },
    secondFactor: {
      enrol: (id) => {
        const { secret, recoveryCodes } = enrolSecondFactor(world, id)
        return { recoveryCodes, code: authenticator(world, secret) }
      },
      codesWorkOnce: true,
      trustsDevices: false,
    },
    expireSessions: (id) => {
      for (const user of id === undefined ? Object.values(data.users) : [userOf(id)]) revokeTokens(world, user)
    },
    ...(settings.refreshTokenEnabled
      ? {
          outdateSessions: (id: string) => {
            for (const [token, stored] of Object.entries(data.tokens))
              if (stored.id === id) data.tokens[token] = { ...stored, expiresAt: 0 }
          },
        }
      : {}),
    disable: (id) => {
      userOf(id).disabled = true
      revokeTokens(world, userOf(id))
    },
    giveCode: ({ to, code = '' }) => {
      const user = Object.values(data.users).find((one) => {
        const { value, pending, verification } = addressOf(one, phone)
        return (pending ?? value) === to && verification?.code === code
      })
      verifyAddress(world, known(user, to), phone, code)
    },
  }
}

function kinveyPart(world: KinveyWorld): WithCodes {
  const { data } = world
  const userOf = (id: string): StoredUser => known(data.users[id], id)
  const enrol = (id: string): SecondFactorKit => {
    const secret = newTotpSecret()
    const recoveryCodes = newRecoveryCodes()
    changeFactors(userOf(id), { authenticators: [{ id: newId(world), name: 'Phone', secret, verified: true }], recoveryCodes })
    return { recoveryCodes, code: authenticator(world, secret) }
  }
  return {
    requireVerification: (required) => {
      const before = world.settings.emailVerification
      world.set({ emailVerification: { ...before, required, auto: required } })
      return before.required
    },
    expireSessions: (id) => {
      const isTheirs = ({ userId }: { readonly userId: string }): boolean => id === undefined || userId === id
      removeWhere(data.sessions, isTheirs)
      removeWhere(data.mfaSessions, isTheirs)
    },
    // Older versions of the API ask nobody for a code.
    ...(world.settings.apiVersion >= 6 ? { secondFactor: { enrol, codesWorkOnce: false, trustsDevices: true } } : {}),
    identityProof: (provider, id) => ({ access_token: `${provider}-token-${id}` }),
    legacySession: (id) => {
      const user = userOf(id)
      return { [`${world.appId}.active_user`]: JSON.stringify(documentWithToken(user, openSession(world, user))) }
    },
    disable: (id) => {
      const user = userOf(id)
      user.kmd = { ...user.kmd, status: { val: 'disabled', lastChange: new Date(world.clock.now()).toISOString() } }
      removeWhere(data.sessions, ({ userId }) => userId === id)
    },
  }
}

function monacaPart(world: MonacaWorld): WithCodes {
  const { data, settings } = world
  return {
    expireSessions: (id) => {
      removeWhere(data.sessions, ({ userId }) => id === undefined || userId === id)
      removeWhere(data.loginTokens, ({ userId }) => id === undefined || userId === id)
    },
    ...(settings.autoLogin
      ? {
          outdateSessions: (id: string) => removeWhere(data.sessions, ({ userId }) => userId === id),
          legacySession: (id: string) => ({ monacaCloudLoginToken: issueLoginToken(world, id, randomHex(16)) }),
        }
      : {}),
  }
}

function known<A>(found: A | undefined, what: string): A {
  if (found === undefined) throw new Error(`there is no user ${what}`)
  return found
}

const stepMilliseconds = 30_000

/** The codes of an authenticator, one after the other: each serves once, and the server's clock may be one step behind. */
function authenticator({ clock }: World, secret: string): () => string {
  let last = -1
  return () => {
    last = Math.max(last + 1, Math.floor(clock.now() / stepMilliseconds))
    return totpCode(secret, last * stepMilliseconds)
  }
}
