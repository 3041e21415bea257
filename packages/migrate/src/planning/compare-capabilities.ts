import { type Capabilities, fieldsWhere, type VendorName } from '@userport/core'

type Facts = Readonly<Record<string, string | number | boolean>>

/** One capability, or one identifier, channel or kind of it, at two vendors. */
export interface CapabilityDifference {
  /** E.g. `signIn.email`, `passwordReset.sms-code`, `upgrade`. */
  readonly capability: string
  readonly outcome: 'same' | 'changes' | 'lost'
  /** How it is at each side, in words. */
  readonly from: string
  readonly to: string
  readonly text: string
}

const meanings: Readonly<Record<keyof Capabilities, string>> = {
  signUp: 'signing up',
  signIn: 'signing in',
  signOut: 'signing out',
  anonymous: 'anonymous users',
  upgrade: 'making an account of an anonymous user',
  attributeRemoval: 'removing an attribute',
  attributeWrites: 'writing attributes',
  changePassword: 'changing the password',
  passwordReset: 'resetting a forgotten password',
  resetByCode: 'ending a reset in the app, with a code',
  resetByLink: 'ending a reset on a page of the app’s own',
  forgotUsername: 'being told a forgotten username',
  usernameExists: 'asking whether a username exists',
  findUser: 'finding a user',
  deleteUser: 'deleting one’s account',
  verification: 'verifying an address',
  confirmByCode: 'verifying an address with a code',
  changeContact: 'changing e-mail or phone',
  changeUsername: 'changing the username',
  accessToken: 'handing on the vendor’s token',
  secondFactor: 'a second factor',
  signOutEverywhere: 'signing out everywhere',
  identities: 'social and enterprise identities',
  findUsers: 'searching for users',
  suspendUser: 'barring one’s own account',
}

const isFact = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)
const isOffered = (value: unknown): boolean => value !== false && value !== undefined

const factsIn = (value: object): Facts => fieldsWhere({ ...value }, (_, fact) => isFact(fact)) as Facts

/** A list says which kinds there are, so each is a capability of its own; the facts beside it hold for all. */
const parted = (name: string, value: object): readonly (readonly [string, Facts])[] => {
  const facts = factsIn(value)
  const items = Object.values(value).flatMap((list: unknown) => (Array.isArray(list) ? list.map(String) : []))
  const whole: readonly (readonly [string, Facts])[] = items.length > 0 && Object.keys(facts).length === 0 ? [] : [[name, facts]]
  return [...whole, ...items.map((item): readonly [string, Facts] => [`${name}.${item}`, {}])]
}

/** Each of these has a kind as key, and what is offered for it as value. */
const byKind: readonly string[] = ['passwordReset', 'verification']

const flat = (capabilities: Capabilities): ReadonlyMap<string, Facts> =>
  new Map(
    Object.entries(capabilities).flatMap(([name, value]: readonly [string, unknown]): readonly (readonly [string, Facts])[] => {
      if (!isOffered(value)) return []
      if (typeof value !== 'object' || value === null) return [[name, isFact(value) && value !== true ? { how: value } : {}]]
      if (!byKind.includes(name)) return parted(name, value)
      return Object.entries(value)
        .filter(([, facts]) => isOffered(facts))
        .map(([kind, facts]) => [`${name}.${kind}`, typeof facts === 'object' && facts !== null ? factsIn(facts) : { by: String(facts) }])
    }),
  )

const plain = (name: string): string => name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
const words = (facts: Facts | undefined): string => {
  if (facts === undefined) return 'no'
  const entries = Object.entries(facts)
  return entries.length === 0 ? 'yes' : entries.map(([name, fact]) => `${plain(name)}: ${fact}`).join(', ')
}

/** `signIn` of `signIn.email`. */
export const rootOf = (capability: string): string => capability.split('.')[0] ?? capability

/** A capability in words. */
export const meaningOfCapability = (capability: string): string => {
  const [name = '', part] = capability.split('.')
  const meaning = Object.hasOwn(meanings, name) ? meanings[name as keyof Capabilities] : name
  return part === undefined ? meaning : `${meaning} (${part})`
}

/** What the users of one vendor can do, next to what they can do at another. What only the target has is not among it. */
export const compareCapabilities = (
  from: { readonly vendor: VendorName; readonly capabilities: Capabilities },
  to: { readonly vendor: VendorName; readonly capabilities: Capabilities },
): readonly CapabilityDifference[] => {
  const [before, after] = [flat(from.capabilities), flat(to.capabilities)]
  const left = new Set([...after.keys()].map(rootOf))
  const gone = new Set([...before.keys()].map(rootOf).filter((root) => !left.has(root)))
  const lost = [...gone].map((capability): CapabilityDifference => {
    const parts = [...before.keys()].filter((name) => rootOf(name) === capability && name !== capability)
    const had = parts.length === 0 ? words(before.get(capability)) : parts.map((name) => name.slice(capability.length + 1)).join(', ')
    return { capability, outcome: 'lost', from: had, to: 'no', text: `${meaningOfCapability(capability)}: not at ${to.vendor}` }
  })
  const others = [...before].filter(([capability]) => !gone.has(rootOf(capability)))
  const compared = others.map(([capability, facts]): CapabilityDifference => {
    const then = after.get(capability)
    const shown = { capability, from: words(facts), to: words(then) }
    const meaning = meaningOfCapability(capability)
    if (then === undefined) return { ...shown, outcome: 'lost', text: `${meaning}: not at ${to.vendor}` }
    const changed = [...new Set([...Object.keys(facts), ...Object.keys(then)])].filter((name) => facts[name] !== then[name])
    if (changed.length === 0) return { ...shown, outcome: 'same', text: `${meaning}: as before` }
    const change = (name: string): string => `${plain(name)} is ${then[name] ?? 'not said'} in place of ${facts[name] ?? 'not said'}`
    return { ...shown, outcome: 'changes', text: `${meaning}: ${changed.map(change).join(', ')}` }
  })
  return [...compared, ...lost]
}
