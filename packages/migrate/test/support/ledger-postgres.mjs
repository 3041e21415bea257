// Not TypeScript, so that the benchmarks can use it too.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const debian = '/usr/lib/postgresql'

const folders = () => [
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
  ...(process.env.PATH ?? '').split(delimiter),
]

const accountOf = (name) => {
  const id = (flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout)
  return id('-u') > 0 ? { uid: id('-u'), gid: id('-g') } : undefined
}

/** PostgreSQL refuses to run as root. */
const ordinaryUser = () => (process.getuid?.() === 0 ? (accountOf('postgres') ?? accountOf('nobody')) : {})

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null

const ended = (child) => (hasEnded(child) ? undefined : new Promise((resolve) => child.once('exit', resolve)))

export const findPostgres = () => {
  const bin = folders().find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
  if (bin === undefined) return { missing: 'PostgreSQL is not installed here: what needs it is left out.' }
  const user = ordinaryUser()
  if (user === undefined) return { missing: 'PostgreSQL does not run as root, and there is no other account: what needs it is left out.' }
  return { bin, user }
}

export const startPostgres = async () => {
  const found = findPostgres()
  if ('missing' in found) return found
  const { bin, user } = found

  const folder = mkdtempSync(join(tmpdir(), 'userport-postgres-'))
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const as = { ...user, cwd: folder, encoding: 'utf8' }
  const data = join(folder, 'data')
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], as)
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)

  const port = await freePort()
  const isReady = () => spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port), '-q'], as).status === 0
  let server
  process.once('exit', () => server?.kill('SIGKILL'))
  const start = async () => {
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`]
    server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings], { ...as, stdio: 'ignore' })
    for (let tries = 0; !isReady(); tries++) {
      if (hasEnded(server) || tries === 200) throw new Error('The PostgreSQL server did not start.')
      await sleep(50)
    }
  }
  const crash = async () => {
    server.kill('SIGQUIT')
    await ended(server)
  }
  await start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start,
    crash,
    stop: async () => {
      // Nobody needs its data: an orderly end would write them all first.
      await crash()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
