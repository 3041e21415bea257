// Everything that is compared. A contestant loads its libraries, then gets an app and answers with `signIn` and `refresh` by slot
// (the number of a user).
import { vendors } from './vendors.mjs'

const right = (outcome) => {
  if (outcome._tag === 'Left') throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}

/** One provider for each user, all on one transport. */
const provider = (vendor, loadTransport) => async () => {
  const { package: name, factory, config } = vendors[vendor]
  const { [factory]: create } = await import(name)
  const http = await loadTransport?.()
  return ({ connection, users }) => {
    const slots = users.map(() => create(config(connection), http === undefined ? {} : { http }))
    return {
      signIn: async (slot) => {
        const { username, password } = users[slot]
        return right(await slots[slot].signIn({ identifier: { username }, password }, { replace: true })())
      },
      refresh: async (slot) => right(await slots[slot].refresh()()),
    }
  }
}

const undici = async () => (await import('@userport/core/undici')).undiciClient()

/** What a provider sends for a `signIn` and a `refresh` of each user. */
export const record = async (app) => {
  const transport = await undici()
  let sent = []
  const recording = { send: (request, signal) => sent.push(request) && transport.send(request, signal) }
  const operations = (await provider(app.vendor, () => recording)())(app)
  const requestsOf = async (operation, slot) => {
    sent = []
    await operations[operation](slot)
    return sent
  }
  const recorded = []
  for (const slot of app.users.keys())
    recorded.push({ signIn: await requestsOf('signIn', slot), refresh: await requestsOf('refresh', slot) })
  await transport.close()
  return recorded
}

/** Sends what was recorded, one request after the other, and parses every reply. */
const replay =
  (send) =>
  ({ recorded }) => {
    const operation = (name) => async (slot) => {
      for (const request of recorded[slot][name]) {
        const { status, json } = await send(request)
        if (status !== 200 || json.error != null) throw new Error(`${request.method} ${request.url}: ${status} ${JSON.stringify(json)}`)
      }
    }
    return { signIn: operation('signIn'), refresh: operation('refresh') }
  }

const axiosAlone = async () => {
  const { default: axios } = await import('axios')
  return replay(async ({ method, url, headers, body }) => {
    const { status, data } = await axios.request({ method, url, headers, data: body })
    return { status, json: data }
  })
}

const httpAlone = async () => {
  const { Agent, request } = await import('node:http')
  const agent = new Agent({ keepAlive: true })
  return replay(
    ({ method, url, headers, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
        const sending = request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (part) => {
            text += part
          })
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode, json: JSON.parse(text) }))
        })
        sending.on('error', reject)
        sending.end(body)
      }),
  )
}

/** The contestants of one vendor by name; `replays`: sends what a provider sent. */
export const contestantsOf = (vendor) => {
  const { sdk } = vendors[vendor]
  return {
    axios: { load: axiosAlone, replays: true },
    'node:http': { load: httpAlone, replays: true },
    userport: { load: provider(vendor) },
    'userport undici': { load: provider(vendor, undici) },
    ...(sdk === undefined ? {} : { [sdk.name]: { load: async () => sdk.load() } }),
  }
}
