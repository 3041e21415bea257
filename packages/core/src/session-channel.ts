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

const byStorageEvent = (name: string, onChange: (reason: ChangeReason) => void): SessionChannel => {
  const listen = ({ key, newValue }: StorageEvent): void => {
    if (key === name && newValue !== null) onChange((newValue.split(' ')[0] ?? 'refreshed') as ChangeReason)
  }
  globalThis.addEventListener('storage', listen)
  return {
    tell: (reason) => globalThis.localStorage.setItem(name, `${reason} ${Date.now()} ${Math.random()}`),
    close: () => globalThis.removeEventListener('storage', listen),
  }
}

const silent: SessionChannel = { tell: () => undefined, close: () => undefined }

/** Opens the best channel this environment has. */
export const openSessionChannel = (name: string, onChange: (reason: ChangeReason) => void): SessionChannel => {
  if (typeof BroadcastChannel === 'function') return byBroadcast(name, onChange)
  return typeof globalThis.addEventListener === 'function' && typeof localStorage === 'object' ? byStorageEvent(name, onChange) : silent
}
