import type { ProviderOptions, SessionStore } from '@userport/core'
import { inheritedStore } from './inherited-store.js'
import { legacyStore } from './legacy-store.js'
import type { KnownSide } from './sides.js'

/** Where a provider that moves people keeps its sessions, and where it looks for older ones. */
export interface Places {
  readonly vendor: string
  /** The options of the target's provider, as far as no others are given. */
  readonly kept: ProviderOptions
  readonly namespace: string
  readonly store: SessionStore | undefined
  readonly legacy: SessionStore | undefined
  /** Both providers keep their sessions under the same names in one store: nobody could tell whose they are. */
  readonly isShared: boolean
}

const placeOf = (
  side: KnownSide | undefined,
  options: ProviderOptions,
): { readonly store: SessionStore | undefined; readonly namespace: string } => ({
  store: options.store,
  namespace: options.namespace ?? `userport.${side?.backend.vendor ?? 'migrating'}`,
})

export const placesOf = (
  old: KnownSide | undefined,
  target: KnownSide | undefined,
  given: ProviderOptions & { readonly retired?: boolean },
): Places => {
  const vendor = target?.backend.vendor ?? 'migrating'
  const kept: ProviderOptions = { ...target?.options, ...given }
  const [mine, theirs] = [placeOf(target, kept), placeOf(old, old?.options ?? {})]
  const isShared = mine.store !== undefined && mine.store === theirs.store && mine.namespace === theirs.namespace
  const store =
    mine.store === undefined || theirs.store === undefined || isShared
      ? mine.store
      : inheritedStore(vendor, { ...mine, store: mine.store }, { ...theirs, store: theirs.store })
  const legacy = legacyStore(kept.legacyStore, given.retired === true ? undefined : old?.options.legacyStore)
  return { vendor, kept, namespace: mine.namespace, store, legacy, isShared }
}
