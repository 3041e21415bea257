import { isDeepStrictEqual } from 'node:util'
import type { UserRow, Vendor } from '@userport/sandbox'

/** A user as the vendor's own document has it, read past everything that is tested. */
export interface Seen {
  readonly id: string
  readonly anonymous: boolean
  readonly username: string | undefined
  readonly email: string | undefined
  readonly phone: string | undefined
  readonly displayName: unknown
  readonly locale: unknown
  readonly country: unknown
  readonly disabled: boolean
  readonly emailVerified: boolean
  readonly attributes: Readonly<Record<string, unknown>>
  /** Whose move made this user. */
  readonly origin: string | undefined
}

const ownFields: Readonly<Record<Vendor, readonly string[]>> = {
  kii: ['userID', 'internalUserID', 'loginName', 'emailAddress', 'emailAddressVerified', 'phoneNumber', 'phoneNumberVerified'],
  kinvey: ['username', 'email', 'phone'],
  monaca: ['email', 'phone'],
}
const profile = ['displayName', 'locale', 'country', 'migratedFrom']

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const isVerified = (vendor: Vendor, document: UserRow['document']): boolean => {
  if (vendor === 'kii') return document['emailAddressVerified'] === true
  const { emailVerification } = (document['_kmd'] ?? {}) as { readonly emailVerification?: { readonly status?: unknown } }
  return emailVerification?.status === 'confirmed'
}

const seen = (vendor: Vendor, { id, anonymous, username, email, phone, disabled, document }: UserRow): Seen => {
  const isMadeUp = anonymous || (vendor === 'monaca' && username?.startsWith('userport-anonymous-') === true)
  return {
    id,
    anonymous: isMadeUp,
    username: isMadeUp ? undefined : username,
    email,
    phone: phone ?? text(document['phone']),
    displayName: document['displayName'],
    locale: document['locale'],
    country: document['country'],
    disabled,
    emailVerified: isVerified(vendor, document),
    attributes: Object.fromEntries(
      Object.entries(document).filter(([name]) => !name.startsWith('_') && ![...ownFields[vendor], ...profile].includes(name)),
    ),
    origin: text(document['migratedFrom']),
  }
}

/** Where users are counted: the sandbox's own data, not what answers requests. */
export interface Place {
  readonly vendor: Vendor
  readonly users: () => readonly UserRow[]
}

export const everybodyAt = ({ vendor, users }: Place): readonly Seen[] => users().map((row) => seen(vendor, row))

export interface Count {
  /** Users of the source without anybody at the target. */
  readonly lost: readonly string[]
  /** Users of the source with more than one. */
  readonly doubled: readonly string[]
  /** Fields that differ, as `id field`. */
  readonly different: readonly string[]
  readonly moved: number
}

const verifies: readonly Vendor[] = ['kii', 'kinvey']

const differing = (from: Vendor, to: Vendor, source: Seen, target: Seen): readonly string[] => {
  const fields: (keyof Seen)[] = ['displayName', 'locale', 'country', 'disabled']
  if (!source.anonymous) fields.push('email', 'phone')
  const renamed = (name: string): boolean => to === 'monaca' && !/^[a-zA-Z][a-zA-Z0-9]*$/.test(name)
  const arrived = ([name, wanted]: readonly [string, unknown]): boolean =>
    renamed(name)
      ? Object.values(target.attributes).some((value) => isDeepStrictEqual(value, wanted))
      : isDeepStrictEqual(target.attributes[name], wanted)
  // An address that was the username is an e-mail address where usernames are no addresses, and the other way round.
  const logins = [source.username, source.email, source.phone].filter((login) => login !== undefined)
  const hasLogin =
    source.anonymous || [target.username, target.email, target.phone].some((login) => login !== undefined && logins.includes(login))
  return [
    ...fields.filter((field) => !isDeepStrictEqual(source[field], target[field])),
    ...Object.entries(source.attributes).flatMap((attribute) => (arrived(attribute) ? [] : [`attributes.${attribute[0]}`])),
    ...(hasLogin ? [] : ['login']),
    ...(source.emailVerified && !target.emailVerified && verifies.includes(from) && verifies.includes(to) ? ['emailVerified'] : []),
  ]
}

/** Holds both servers against each other: every user of the source who is expected to have moved, against whoever says to come from there. */
export const compare = (from: Place, to: Place, isExpected: (user: Seen) => boolean = () => true): Count => {
  const arrivals = new Map<string, Seen[]>()
  for (const user of everybodyAt(to)) {
    if (user.origin !== undefined) arrivals.set(user.origin, [...(arrivals.get(user.origin) ?? []), user])
  }
  const expected = everybodyAt(from).filter(isExpected)
  const withArrivals = expected.map((user) => ({ user, there: arrivals.get(user.id) ?? [] }))
  return {
    lost: withArrivals.filter(({ there }) => there.length === 0).map(({ user }) => user.id),
    doubled: [...arrivals].filter(([, there]) => there.length > 1).map(([id]) => id),
    different: withArrivals.flatMap(({ user, there }) =>
      there.flatMap((one) => differing(from.vendor, to.vendor, user, one).map((field) => `${user.id} ${field}`)),
    ),
    moved: [...arrivals.keys()].length,
  }
}

export const nothingWrong = (moved: number): Count => ({ lost: [], doubled: [], different: [], moved })
