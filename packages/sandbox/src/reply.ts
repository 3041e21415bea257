import type { VendorResponse } from './world.js'

/** A reply as it goes on the wire. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Objects become JSON, with `application/json` unless the emulator names its own type. */
export function toReply({ status, headers = {}, body }: VendorResponse): Reply {
  if (body === undefined) return { status, headers, body: null }
  if (typeof body === 'string') return { status, headers, body }
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  return { status, headers: named ? headers : { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
