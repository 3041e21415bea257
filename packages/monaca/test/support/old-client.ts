import type { SessionStore } from '@userport/core'
import type { App } from './apps.js'

/** The answer to one call as Monaca's own library sends it. */
export const callAsOldClient = async (app: App, method: string, params: object): Promise<Readonly<Record<string, unknown>>> => {
  const { endpoint, backendId, apiKey } = app.config
  const answer = await fetch(`${endpoint}${backendId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: JSON.stringify({ jsonrpc: '2.0', method, params: { ...params, __api_key: apiKey, __device: 'old-device' }, id: '1' }),
  })
  const { result } = (await answer.json()) as { readonly result: Readonly<Record<string, unknown>> }
  return result
}

/** Where Monaca's own library keeps its login token. */
export const localStorageWith = (entries: Readonly<Record<string, string>>): SessionStore & { readonly entries: Map<string, string> } => {
  const held = new Map(Object.entries(entries))
  return {
    entries: held,
    get: (name) => held.get(name) ?? null,
    set: (name, value) => void held.set(name, value),
    remove: (name) => void held.delete(name),
  }
}
