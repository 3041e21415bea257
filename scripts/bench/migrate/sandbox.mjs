// Apps on a sandbox in a process of its own, and what can be seen of them from outside.
import { startChild } from '../child.mjs'

const control = async ({ origin, vendor, appId }, method, path, body) => {
  const reply = await fetch(`${origin}/_sandbox/${vendor}/${appId}/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
}

/** A sandbox of its own for each measurement: what one left behind is no burden of the next. */
export const startApps = async () => {
  const sandbox = startChild(new URL('../sandbox.mjs', import.meta.url))
  await sandbox.ready
  const app = async (vendor, settings) => {
    const { connection, appId } = await sandbox.ask({ vendor, settings, users: 0 })
    return { vendor, appId, connection, origin: new URL(connection.site ?? connection.host).origin }
  }
  return {
    /** Kii with so many users that exist as a rule. */
    source: (generatedUsers) => app('kii', { generatedUsers }),
    target: () => app('kinvey', {}),
    /** Milliseconds that every request to the app takes longer. */
    slowDown: (one, milliseconds) => control(one, 'POST', 'faults', { kind: { type: 'latency', milliseconds } }),
    stop: () => sandbox.stop(),
  }
}

const read = async ({ connection: { host, appKey, masterSecret } }, path) => {
  const headers = { authorization: `Basic ${btoa(`${appKey}:${masterSecret}`)}`, 'x-kinvey-api-version': '4' }
  const reply = await fetch(`${host}/user/${appKey}${path}`, { headers })
  if (!reply.ok) throw new Error(`GET ${path}: ${reply.status}`)
  return reply.json()
}

/** How many users the target has, as it says itself. */
export const countOf = async (target) => (await read(target, '/_count')).count

const pageSize = 10_000

/**
 * Looks at every user of the target by Kinvey's own query: how often is each user of the source there? Of a generated user, the id
 * begins with its number, so a byte for each is all that is held.
 */
export const audit = async (target, users) => {
  const seen = new Uint8Array(users)
  let strangers = 0
  for (let after = ''; ; ) {
    const query = new URLSearchParams({
      query: JSON.stringify(after === '' ? {} : { _id: { $gt: after } }),
      sort: '{"_id":1}',
      limit: String(pageSize),
      fields: 'migratedFrom',
    })
    const page = await read(target, `/?${query}`)
    for (const { migratedFrom } of page) {
      const index = Number.parseInt(String(migratedFrom).slice(0, 12), 16)
      if (index < users) seen[index] += 1
      else strangers += 1
    }
    if (page.length === 0) break
    after = page.at(-1)._id
  }
  const times = (wanted) => seen.reduce((count, often) => count + (wanted(often) ? 1 : 0), 0)
  return { moved: times((often) => often > 0), lost: times((often) => often === 0), doubled: times((often) => often > 1), strangers }
}
