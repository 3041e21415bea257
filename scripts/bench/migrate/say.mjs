// What a contestant's process shares with the one that measures it.
import { readFileSync } from 'node:fs'

export const input = JSON.parse(process.argv[2] ?? '{}')

export const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)

/** The most memory that this process ever held, in bytes. */
export const peakMemory = () => {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    if (kilobytes !== undefined) return Number(kilobytes) * 1024
  } catch {
    // Only Linux has this file.
  }
  return process.resourceUsage().maxRSS * 1024
}

export const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

export const adminToken = async ({ site, appId, appKey, clientId: client_id, clientSecret: client_secret }) => {
  const reply = await fetch(`${site}/apps/${appId}/oauth2/token`, {
    method: 'POST',
    headers: { 'x-kii-appid': appId, 'x-kii-appkey': appKey, 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret }),
  })
  return (await reply.json()).access_token
}
