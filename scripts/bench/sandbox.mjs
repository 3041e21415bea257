// The sandbox in a process of its own, so that the CPU time of a client is its alone.
// Says when it listens; then makes an app with users for each message, or tells which requests an app has had.
import { startSandbox } from '@userport/sandbox'

const sandbox = await startSandbox()
process.send({ listening: performance.now() })

const newApp = ({ vendor, settings = {}, users }) => {
  const connection = sandbox.connection(vendor)
  const appId = connection.appId ?? connection.appKey ?? connection.backendId
  const world = sandbox.app(vendor, appId)
  world.set(settings)
  return { vendor, appId, connection, users: world.seed(users).map(({ username, password }) => ({ username, password })) }
}

const requestsOf = ({ vendor, requestsOf: appId }) => {
  const { requests } = sandbox.app(vendor, appId)
  const rows = requests.all().map(({ method, path, rpc }) => `${method} ${rpc ?? path}`)
  requests.clear()
  return { rows }
}

process.on('message', (message) => process.send(message.requestsOf === undefined ? newApp(message) : requestsOf(message)))
process.on('disconnect', () => void sandbox.stop())
