import {
  type Capabilities,
  type ChangeReason,
  createProvider,
  type NewPasswordStep,
  type ProviderCall,
  type ProviderOptions,
  type Replacing,
  type Result,
  readSession,
  type SignIn,
  type User,
  type UserBackend,
  type UserBackendOf,
  type UserProvider,
  type UserProviderOf,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { type MigratingBackendOptions, migratingBackend } from './migrating-backend.js'
import type { Tail } from './move-ledger.js'
import { placesOf } from './places.js'
import { refusing } from './refusing.js'
import type { Moved } from './settings.js'
import { type Side, sideOf } from './sides.js'

/** What a provider that moves people can do besides. */
export interface MigrationControl {
  /** Ends a sign-in that failed with `PasswordRejected` and a `step`. Fails with `PasswordRejected` (the step goes on waiting), `InvalidInput` (it waits no more). */
  chooseNewPassword(step: NewPasswordStep, newPassword: string, options?: ProviderCall & Replacing): Result<User>
  /** How many have come, and how many have not. Needs a ledger. */
  tail(options?: ProviderCall): Result<Tail>
  /** Tells of everybody who moves here, once they are active at the target. Returns the way to stop. */
  subscribe(listener: (moved: Moved) => unknown): () => void
}

/** A provider that moves people: that of the target, whose users may still have to give a second factor or end a reset at the source. */
export type Migrating<Target> = Target &
  Pick<UserProvider, 'continueSignIn' | 'completePasswordReset'> & { readonly migration: MigrationControl }

/** `store`, `namespace`, `deadline` and the like are those that `to` was made with, where they are not given anew. */
export type MigratingOptions<To extends Side = Side> = Omit<MigratingBackendOptions, 'to' | 'stored'> &
  ProviderOptions & { readonly to: To }

/** Whoever signs in or upgrades is told of as such. All others only used the app. */
const onlyUsed: ReadonlySet<ChangeReason> = new Set(['restored', 'refreshed', 'updated'])

/** Did the session move, and nobody did anything for it? */
const movedBySession = (moved: Moved | undefined, reason: ChangeReason): boolean =>
  onlyUsed.has(reason) && (moved?.how === 'session' || moved?.how === 'anonymous')

const unavailable = (vendor: string) =>
  userError('Unsupported', { vendor, operation: 'tail' }, { capability: 'ledger', instead: 'migrating({ …, ledger })' })

/**
 * One provider for the time of a move. Everybody new lives at `to`; whoever still lives at `from` is moved when they come, by the
 * password they give, and goes on at `from` until then. Where a side cannot be used, every operation fails with `Configuration`.
 */
export function migrating<C extends Capabilities, X>(
  options: MigratingOptions & { readonly to: UserBackendOf<C, X> },
): Migrating<UserProviderOf<C, X>>
export function migrating<To extends Side>(options: MigratingOptions<To>): Migrating<To>
export function migrating(options: MigratingOptions): Migrating<UserProvider> {
  const { from, to, ledger, onMoved, ...given } = options
  const [old, target] = [sideOf(from, 'from'), sideOf(to, 'to')]
  const { vendor, kept, store, namespace, legacy, isShared } = placesOf(
    E.isRight(old) ? old.right : undefined,
    E.isRight(target) ? target.right : undefined,
    given,
  )

  const arrived = new Map<string, Moved>()
  const chosen = new WeakMap<SignIn, NewPasswordStep>()

  const working = migratingBackend({
    ...kept,
    from,
    to,
    ...(ledger === undefined ? {} : { ledger }),
    stored: async () => {
      const text = await store?.get(`${namespace}.session`)
      return typeof text === 'string' ? readSession(text) : undefined
    },
    onMoved: (moved) => {
      arrived.set(moved.id, moved)
      return onMoved?.(moved)
    },
  })
  const samePlace = userError(
    'Configuration',
    { vendor, operation: 'migrating' },
    {
      path: 'to',
      problem: 'keeps its sessions where those of `from` are: they cannot be told apart.',
      fix: 'Give one of them a `namespace` of its own.',
    },
  )
  const usable = isShared ? { ...working, ...refusing(working, samePlace) } : working
  const backend: UserBackend = {
    ...usable,
    // A password that is chosen on the way ends the sign-in that it belongs to, with all that guards a sign-in.
    signIn: (input, call) => {
      const step = chosen.get(input)
      return step === undefined ? usable.signIn(input, call) : usable.chooseNewPassword(step, input.password, call)
    },
  }

  const provider = createProvider<Capabilities>(backend, { ...kept, namespace, store, legacyStore: legacy }) as unknown as UserProvider

  // Heard first, so that whoever listens below finds out what the change was.
  let current: Moved | undefined
  provider.subscribe(({ user }) => {
    current = arrived.get(user?.id ?? '')
    if (current !== undefined) arrived.delete(current.id)
  })

  const migration: MigrationControl = {
    chooseNewPassword: (step, newPassword, choice = {}) => {
      const input: SignIn = { identifier: { username: '' }, password: newPassword }
      chosen.set(input, step)
      return pipe(
        provider.signIn(input, choice),
        TE.mapLeft((error) => ({ ...error, operation: 'chooseNewPassword' })),
      )
    },
    tail: (call = {}) => (ledger === undefined ? TE.left(unavailable(vendor)) : ledger.tail(call)),
    subscribe: (listener) => provider.subscribe(() => (current === undefined ? undefined : listener(current))),
  }
  return {
    ...provider,
    subscribe: (listener) =>
      provider.subscribe((change) => listener(movedBySession(current, change.reason) ? { ...change, reason: 'migrated' } : change)),
    migration,
  }
}
