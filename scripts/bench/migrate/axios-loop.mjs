// The calls that a move of Kii's users to Kinvey needs, by axios alone: as many at once as ours may have, no ledger, no checks.
import { Agent } from 'node:http'
import axios from 'axios'
import { adminToken, cpuSeconds, input, peakMemory, say } from './say.mjs'

const { kii, kinvey, concurrency, pageSize } = input
const httpAgent = new Agent({ keepAlive: true, maxSockets: concurrency })
const client = axios.create({ httpAgent, maxRedirects: 0, proxy: false })

const kiiHeaders = { 'x-kii-appid': kii.appId, 'x-kii-appkey': kii.appKey }
const apps = `${kii.site}/apps/${kii.appId}`
const asAdmin = { ...kiiHeaders, authorization: `Bearer ${await adminToken(kii)}` }
const asMaster = {
  authorization: `Basic ${btoa(`${kinvey.appKey}:${kinvey.masterSecret}`)}`,
  'x-kinvey-api-version': '4',
  'x-kinvey-master-create-user': 'true',
}

const queryHeaders = { ...asAdmin, 'content-type': 'application/vnd.kii.userqueryrequest+json' }

async function* rows() {
  for (let paginationKey; ; ) {
    const { data } = await client.post(
      `${apps}/users/query`,
      { userQuery: { clause: { type: 'all' } }, bestEffortLimit: pageSize, paginationKey },
      { headers: queryHeaders },
    )
    yield* data.results
    paginationKey = data.nextPaginationKey
    if (paginationKey === undefined) return
  }
}

const move = async ({ userID }) => {
  const { data } = await client.get(`${apps}/users/${userID}`, { headers: asAdmin })
  const { loginName, displayName, country, locale, emailAddress, points, level, tags } = data
  await client.post(
    `${kinvey.host}/user/${kinvey.appKey}`,
    {
      _id: crypto.randomUUID(),
      username: loginName,
      email: emailAddress,
      displayName,
      country,
      locale,
      points,
      level,
      tags,
      migratedFrom: userID,
    },
    { headers: asMaster },
  )
}

const began = performance.now()
let moved = 0
const queue = rows()
const work = async () => {
  // Reads of a generator wait in line by themselves.
  for (let next = await queue.next(); next.done !== true; next = await queue.next()) {
    await move(next.value)
    moved += 1
  }
}
await Promise.all(Array.from({ length: concurrency }, work))
say({ moved, seconds: (performance.now() - began) / 1000, cpu: cpuSeconds(), peak: peakMemory() })
httpAgent.destroy()
