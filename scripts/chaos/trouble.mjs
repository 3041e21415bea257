// What goes wrong between a run and the vendors, by chance and all at once.

/** Requests that make a user, by vendor: where a lost, late or doubled reply could cost most. */
export const making = {
  kii: { method: 'POST', path: '/users$' },
  kinvey: { method: 'POST', path: '^/user/[^/]+$' },
  monaca: { rpc: 'User.create' },
}

const everywhere = (scale) => [
  { probability: 0.03 * scale, kind: { type: 'reset', after: 'request' } },
  { probability: 0.03 * scale, kind: { type: 'reset', after: 'write' } },
  { probability: 0.03 * scale, kind: { type: 'status', status: 503 } },
  { probability: 0.02 * scale, kind: { type: 'truncate' } },
  { probability: 0.02 * scale, kind: { type: 'html', status: 502 } },
  { probability: 0.1 * scale, kind: { type: 'latency', milliseconds: 15 } },
  { probability: 0.02 * scale, times: 3, kind: { type: 'status', status: 429, retryAfter: '1' } },
]

const whereUsersAreMade = (vendor, scale) => [
  { ...making[vendor], probability: Math.min(1, 0.3 * scale), kind: { type: 'latency', milliseconds: 40, after: 'write' } },
  { ...making[vendor], probability: 0.1 * scale, kind: { type: 'reset', after: 'write' } },
  { ...making[vendor], probability: 0.1 * scale, kind: { type: 'duplicate' } },
]

/** Lets the network be bad. Scale 0: only as slow as networks are, so that a run takes long enough to be hit. */
export const spoil = ({ source, target }, scale) => {
  calm({ source, target })
  target.world.faults.add({ kind: { type: 'latency', milliseconds: 10 } })
  if (scale === 0) return
  for (const fault of everywhere(scale)) for (const { world } of [source, target]) world.faults.add(fault)
  for (const fault of whereUsersAreMade(target.vendor, scale)) target.world.faults.add(fault)
}

/** Every reply about a new user comes late, so that a kill is sure to find some on their way. */
export const holdReplies = ({ target }, milliseconds) =>
  target.world.faults.add({ ...making[target.vendor], kind: { type: 'latency', milliseconds, after: 'write' } })

export const calm = ({ source, target }) => {
  for (const { world } of [source, target]) world.faults.clear()
}

/** How many requests were spoilt. Latency alone spoils nothing. */
export const spoiltIn = ({ source, target }) =>
  [source, target]
    .flatMap(({ world }) => Object.entries(world.faults.struck()))
    .reduce((sum, [type, count]) => sum + (type === 'latency' ? 0 : count), 0)
