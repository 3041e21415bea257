// The same by the vendors' SDKs, one user after the other: read with kii-cloud-sdk, created with kinvey-node-sdk.
// Neither SDK can list users, so their ids come from the query that the others make too.
import { createRequire } from 'node:module'
import { adminToken, cpuSeconds, input, peakMemory, say } from './say.mjs'

const require = createRequire(import.meta.url)
const { kii, kinvey, users } = input

const { Kii } = require('kii-cloud-sdk').create()
Kii.initializeWithSite(kii.appId, kii.appKey, kii.site)
const admin = await Kii.authenticateAsAppAdmin(kii.clientId, kii.clientSecret)
const Kinvey = require('kinvey-node-sdk')
Kinvey.init({ appKey: kinvey.appKey, appSecret: kinvey.appSecret, apiHostname: kinvey.host, micHostname: kinvey.host })

const token = await adminToken(kii)
const pageOf = async (paginationKey) => {
  const reply = await fetch(`${kii.site}/apps/${kii.appId}/users/query`, {
    method: 'POST',
    headers: {
      'x-kii-appid': kii.appId,
      'x-kii-appkey': kii.appKey,
      authorization: `Bearer ${token}`,
      'content-type': 'application/vnd.kii.userqueryrequest+json',
    },
    body: JSON.stringify({ userQuery: { clause: { type: 'all' } }, paginationKey }),
  })
  return reply.json()
}

const move = async ({ userID }) => {
  const user = await admin.userWithID(userID).refresh()
  const [points, level, tags] = ['points', 'level', 'tags'].map((name) => user.get(name))
  await Kinvey.User.signup(
    {
      username: user.getUsername(),
      password: crypto.randomUUID(),
      email: user.getEmailAddress(),
      displayName: user.getDisplayName(),
      country: user.getCountry(),
      locale: user.getLocale?.(),
      points,
      level,
      tags,
      migratedFrom: userID,
    },
    { state: false },
  )
}

const began = performance.now()
let moved = 0
for (let key; moved < users; ) {
  const { results, nextPaginationKey } = await pageOf(key)
  for (const row of results.slice(0, users - moved)) {
    await move(row)
    moved += 1
  }
  key = nextPaginationKey
  if (key === undefined) break
}
say({ moved, seconds: (performance.now() - began) / 1000, cpu: cpuSeconds(), peak: peakMemory() })
process.exit(0)
