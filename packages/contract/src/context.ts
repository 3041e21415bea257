import type { Capabilities, IdentifierKind, Profile, Rules, User } from '@userport/core'
import type { ContractControl } from './control.js'
import { activeUserOf, type CreateProvider, type Device, type DeviceOptions, openDevice } from './device.js'
import { check, same, succeeds } from './expectations.js'
import { credentials, type MakeValue, newPerson, type Person } from './person.js'

/** What a provider says of itself, and how its other side is reached: enough to know which requirements it must meet. */
export interface Facts {
  readonly capabilities: Capabilities
  readonly rules: Rules
  readonly control: ContractControl
}

export interface Account {
  readonly device: Device
  readonly person: Person
  readonly user: User
}

/** What a requirement works with: everything in it is fresh. */
export interface ContractContext extends Facts {
  readonly make: MakeValue
  /** A new installation with an empty store. */
  device(options?: DeviceOptions): Promise<Device>
  /** Somebody new, with further identifiers. */
  person(...more: readonly IdentifierKind[]): Person
  /** Somebody who has signed up, on a device of their own. */
  account(about?: {
    readonly with?: readonly IdentifierKind[]
    readonly profile?: Profile
    readonly options?: DeviceOptions
  }): Promise<Account>
  /** A device with an anonymous user. */
  anonymous(profile?: Profile): Promise<Device>
  /** Runs something that must not make any request. */
  withoutRequest<A>(act: () => A | Promise<A>): Promise<A>
  /** Runs something while something is wrong. */
  during<A>(
    ...args: readonly [kind: Parameters<ContractControl['faults']['set']>[0], act: () => A | Promise<A>, times?: number]
  ): Promise<A>
}

export interface ContextParts extends Facts {
  readonly make: MakeValue
  readonly create: CreateProvider
}

/** Gives a requirement its context, and cleans up after it. */
export const inContext = async (parts: ContextParts, run: (context: ContractContext) => Promise<void>): Promise<void> => {
  const { capabilities, rules, control, make, create } = parts
  const close: (() => void)[] = []
  const context: ContractContext = {
    capabilities,
    rules,
    control,
    make,
    device: (options = {}) => openDevice(create, (provider) => close.push(() => provider.close()), options),
    person: (...more) => newPerson(parts, more),
    account: async (about = {}) => {
      const device = await context.device(about.options)
      const person = newPerson(parts, about.with)
      const user = await succeeds(
        device.provider.signUp({ ...credentials(person), ...(about.profile === undefined ? {} : { profile: about.profile }) }),
      )
      return { device, person, user }
    },
    anonymous: async (profile) => {
      const device = await context.device()
      await succeeds(device.provider.signInAnonymously(profile))
      return device
    },
    withoutRequest: async (act) => {
      const before = await control.requestCount()
      const result = await act()
      same(await control.requestCount(), before, 'requests made')
      return result
    },
    during: async (kind, act, times) => {
      await control.faults.set(kind, times)
      try {
        return await act()
      } finally {
        await control.faults.clear()
      }
    },
  }
  try {
    await run(context)
  } finally {
    await control.faults.clear()
    for (const one of close) one()
  }
}

/** Demands that the session of the active user works: the server still knows it as the same user. */
export const sessionWorks = async (device: Pick<Device, 'provider'>): Promise<User> => {
  const { id } = activeUserOf(device)
  const user = await succeeds(device.provider.refresh())
  same(user.id, id, 'the user that the session belongs to')
  return user
}

/** The same installation after a restart that brought back the session. */
export const afterRestart = async (device: Device): Promise<Device> => {
  const again = await device.restart()
  await succeeds(again.provider.restore())
  return again
}

/** Demands that somebody can sign in, on a device of their own; returns the user. */
export const canSignIn = async (context: ContractContext, { identifier }: Person, password: string): Promise<User> => {
  const { provider } = await context.device()
  return succeeds(provider.signIn({ identifier, password }))
}

/** Makes an address of the active user count, where it does not count from the start. */
export const proveContact = async (context: ContractContext, device: Device, kind: 'email' | 'phone'): Promise<void> => {
  const contact = activeUserOf(device)[kind]
  check(contact !== undefined, `the user must have the ${kind} given at sign-up`)
  if (contact.verified !== false) return
  await context.control.confirmContact(await context.control.inbox.next({ to: contact.address, purpose: 'verification' }))
  const after = await succeeds(device.provider.refresh())
  same(after[kind]?.verified, true, `${kind} verified`)
}
