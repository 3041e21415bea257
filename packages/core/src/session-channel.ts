import * as E from '#fp-ts/Either'
import type { ChangeReason } from './change-reason.js'

/** How the tabs of one browser tell each other that the stored session changed. Carries the reason, never a token. */
export interface SessionChannel {
  readonly tell: (reason: ChangeReason) => void
  readonly close: () => void
}

interface Note {
  readonly reason: ChangeReason
}

const byBroadcast = (name: string, onChange: (reason: ChangeReason) => void): SessionChannel => {
  const channel = new BroadcastChannel(name)
  // Any script of this origin may post here.
  channel.onmessage = ({ data }: MessageEvent<Partial<Note> | null>) => onChange(data?.reason ?? 'refreshed')
  // In Node an open channel would keep the process alive.
  ;(channel as { readonly unref?: () => void }).unref?.()
  return {
    tell: (reason) => channel.postMessage({ reason } satisfies Note),
    close: () => channel.close(),
  }
}

/** Who listens in this document, by name: a storage event goes to all documents but the one that wrote. */
const here = new Map<string, Set<(note: string | null) => void>>()

const byStorageEvent = (storage: Storage, name: string, onChange: (reason: ChangeReason) => void): SessionChannel => {
  const latest = (): string | null => E.getOrElse((): string | null => null)(E.tryCatch(() => storage.getItem(name), String))
  let heard = latest()
  const hear = (note: string | null): void => {
    if (note === null || note === heard) return
    heard = note
    onChange((note.split(' ')[0] ?? 'refreshed') as ChangeReason)
  }
  const neighbours = here.get(name) ?? new Set()
  here.set(name, neighbours.add(hear))
  // Not what the event brings: of several that waited for a page to be shown again, the last one is true.
  const listen = ({ key }: StorageEvent): void => {
    if (key === name) hear(latest())
  }
  // Not every browser keeps the events for a page in its back/forward cache.
  const comeBack = (): void => hear(latest())
  globalThis.addEventListener('storage', listen)
  globalThis.addEventListener('pageshow', comeBack)
  return {
    tell: (reason) => {
      const note = `${reason} ${Date.now()} ${Math.random()}`
      heard = note
      for (const neighbour of neighbours) neighbour(note)
      storage.setItem(name, note)
    },
    close: () => {
      neighbours.delete(hear)
      if (neighbours.size === 0) here.delete(name)
      globalThis.removeEventListener('storage', listen)
      globalThis.removeEventListener('pageshow', comeBack)
    },
  }
}

const silent: SessionChannel = { tell: () => undefined, close: () => undefined }

// A page without an origin of its own may not even look at `localStorage`.
const storageOfPage = (): Storage | undefined =>
  typeof globalThis.addEventListener === 'function'
    ? E.getOrElse((): Storage | undefined => undefined)(E.tryCatch(() => globalThis.localStorage, String))
    : undefined

/**
 * Opens the best channel this environment has. A page hears of a change by the storage event, which comes once the page can read
 * what another tab wrote; a message by `BroadcastChannel` may come before, and what it leads to is the user of a moment ago.
 */
export const openSessionChannel = (name: string, onChange: (reason: ChangeReason) => void): SessionChannel => {
  const storage = storageOfPage()
  if (typeof storage === 'object') return byStorageEvent(storage, name, onChange)
  return typeof BroadcastChannel === 'function' ? byBroadcast(name, onChange) : silent
}
