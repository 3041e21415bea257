import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { toPromises } from '@userport/core'
import { createUserProvider } from 'userport'
import { describe, expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../bin/userport.js', import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const userport = (args: readonly string[], environment: Readonly<Record<string, string>> = {}, cwd = tmpdir()): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd, env: { PATH: process.env.PATH, ...environment } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })

const stopped = async (child: ChildProcess): Promise<number | null> => {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = (await exit) as [number | null]
  return code
}

describe('userport config check', () => {
  const config = { vendor: 'kii', site: 'https://api.example.com/api', appId: 'my-app', appKey: 'a-secret-key' }

  it('prints the configuration without its secrets', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    await writeFile(join(folder, 'userport.config.json'), JSON.stringify({ ...config, resetPassword: 'chosen' }))
    const { code, stdout } = await userport(['config', 'check'], {}, folder)
    expect(code).toBe(0)
    expect(stdout).toContain('is valid.')
    expect(stdout).toContain('my-app')
    expect(stdout).toContain('(12 characters)')
    expect(stdout).not.toContain('a-secret-key')
    expect(stdout).toContain('"resetPassword": "chosen"')
  })

  it.each([
    [{ ...config, resetPassword: 'chosen' }, '"resetPassword": "chosen"'],
    [
      { vendor: 'kinvey', host: 'https://baas.example.com', appKey: 'kid', appSecret: 'a-secret-key', resetPasswordField: 'new' },
      '"resetPasswordField": "new"',
    ],
  ])('shows a setting whose name only sounds like a secret: %j', async (settings, shown) => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    await writeFile(join(folder, 'userport.config.json'), JSON.stringify(settings))
    const { stdout } = await userport(['config', 'check'], {}, folder)
    expect(stdout).toContain(shown)
    expect(stdout).not.toContain('a-secret-key')
  })

  it('checks the configuration of an app for a browser', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    await writeFile(join(folder, 'browser.json'), JSON.stringify({ ...config, store: 'localStorage' }))
    const { code, stdout, stderr } = await userport(['config', 'check', 'browser.json'], {}, folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('"store": "localStorage"')
  })

  it.each([
    ['USERPORT_APPID', 'x', 'appid (from USERPORT_APPID): is not a known key.'],
    ['USERPORT_DEADLINE', 'soon', 'deadline (from USERPORT_DEADLINE): is not valid.'],
  ])('names the variable where %s is wrong', async (name, value, says) => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    await writeFile(join(folder, 'userport.config.json'), JSON.stringify(config))
    const { code, stderr } = await userport(['config', 'check'], { [name]: value }, folder)
    expect(code).toBe(1)
    expect(stderr).toContain(says)
  })

  it.each([
    [[], 'userport.config.json: '],
    [['here.json'], 'here.json: '],
  ])('says of a folder that is gone that nothing can be found from it: %j', async (file, says) => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    const command = `rmdir "$PWD" && exec "$0" "$@"`
    const gone = spawn('sh', ['-c', command, process.execPath, bin, 'config', 'check', ...file], { cwd: folder })
    const [stderr, [code]] = await Promise.all([text(gone.stderr), once(gone, 'exit')])
    expect(stderr).toBe(`${says}cannot be looked for. The folder of this process does not exist any more.\n`)
    expect(code).toBe(1)
  })

  it('names the path and the fix, and ends with 1', async () => {
    const { code, stderr } = await userport(['config', 'check'], {
      USERPORT_VENDOR: 'kii',
      USERPORT_APP_ID: 'x',
      USERPORT_APP_KEY: 'a-secret-key',
    })
    expect(code).toBe(1)
    expect(stderr).toBe('site: is missing. Expected an https URL (http only on this machine).\n')
  })
})

describe('userport capabilities', () => {
  it('prints a table, JSON and Markdown of the same rows', async () => {
    const [table, json, md] = await Promise.all([
      userport(['capabilities']),
      userport(['capabilities', '--format', 'json']),
      userport(['capabilities', '--format', 'md']),
    ])
    const { vendors, rows } = JSON.parse(json.stdout) as {
      readonly vendors: readonly string[]
      readonly rows: readonly { readonly capability: string; readonly vendors: object }[]
    }
    expect(vendors).toEqual(['kii', 'kinvey', 'monaca'])
    expect(rows.find(({ capability }) => capability === 'upgrade.identity')?.vendors).toEqual({
      kii: 'kept',
      kinvey: 'kept',
      monaca: 'replaced',
    })
    expect(table.stdout.trim().split('\n')).toHaveLength(rows.length + 1)
    expect(md.stdout.trim().split('\n')).toHaveLength(rows.length + 2)
  })

  it('refuses a format it does not have', async () => {
    expect(await userport(['capabilities', '--format', 'xml'])).toMatchObject({
      code: 1,
      stderr: '--format: "xml" is not one of table, json, md.\n',
    })
  })
})

it.runIf(existsSync('/dev/full'))('says that its output could not be written', async () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [bin, 'capabilities'], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
  closeSync(full)
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'The output could not be written: ENOSPC: no space left on device, write\n' })
})

describe('userport sandbox', () => {
  it('prints one line of JSON with which apps work at once, and stays until SIGTERM', async () => {
    const child = spawn(process.execPath, [bin, 'sandbox', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
      const printed = JSON.parse(line) as Readonly<Record<string, Readonly<Record<string, string>>>>
      expect(Object.keys(printed)).toEqual(['kii', 'kinvey', 'monaca', 'control'])
      const { site, appId, appKey } = printed.kii ?? {}
      const { host, appKey: key, appSecret } = printed.kinvey ?? {}
      const { endpoint, backendId, apiKey } = printed.monaca ?? {}
      const configs = [
        { vendor: 'kii', site, appId, appKey },
        { vendor: 'kinvey', host, appKey: key, appSecret },
        { vendor: 'monaca', endpoint, backendId, apiKey },
      ]
      for (const config of configs) {
        const users = toPromises(await createUserProvider(config))
        expect(await users.signInAnonymously()).toMatchObject({ kind: 'anonymous', vendor: config.vendor })
      }
      expect((await fetch(String(printed.control))).status).toBe(200)
    } finally {
      expect(await stopped(child)).toBe(0)
    }
  })

  it('serves https with a certificate that Node trusts once it is told to', async () => {
    const certificate = join(await mkdtemp(join(tmpdir(), 'userport-')), 'sandbox.pem')
    const child = spawn(process.execPath, [bin, 'sandbox', '--json', '--vendor', 'kii', '--tls', '--certificate', certificate], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
      const { control, certificate: pem } = JSON.parse(line) as { readonly control: string; readonly certificate: string }
      expect(control).toMatch(/^https:/)
      expect(await readFile(certificate, 'utf8')).toBe(pem)
      const look = ['--input-type=module', '--eval', 'console.log((await fetch(process.argv[1])).status)', control]
      const visit = (environment: Readonly<Record<string, string>>): Promise<string> =>
        new Promise((resolve) => {
          execFile(process.execPath, look, { env: environment }, (_, stdout) => resolve(stdout.trim()))
        })
      expect(await visit({ NODE_EXTRA_CA_CERTS: certificate })).toBe('200')
      expect(await visit({})).toBe('')
    } finally {
      await stopped(child)
    }
  })

  it.each([
    [['--certificate', 'sandbox.pem'], '--certificate: there is one only with --tls.\n'],
    [['--tls', '--certificate', join(tmpdir(), 'nowhere', 'at', 'all.pem')], expect.stringContaining('no such file or directory')],
    [['--data', join(tmpdir(), 'nowhere', 'at', 'all.json')], expect.stringMatching(/^\S+all\.json cannot be written: ENOENT.*\n$/)],
    [['--port', 'http'], '--port: "http" is not a port number (0 to 65535).\n'],
    [['--vendor', 'parse'], '--vendor: "parse" is not one of kii, kinvey, monaca.\n'],
  ])('refuses %j', async (flags, message) => {
    expect(await userport(['sandbox', ...flags])).toMatchObject({ code: 1, stderr: message })
  })

  it('says at its end that the data could not be kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    const child = spawn(process.execPath, [bin, 'sandbox', '--json', '--data', join(folder, 'data.json')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await once(createInterface({ input: child.stdout }), 'line')
    await rm(folder, { recursive: true })
    const [said, code] = await Promise.all([text(child.stderr), stopped(child)])
    expect({ said, code }).toEqual({ said: expect.stringMatching(/^\S+data\.json cannot be written: ENOENT.*\n$/), code: 1 })
  })

  it('says that a port is in use', async () => {
    const child = spawn(process.execPath, [bin, 'sandbox', '--json', '--vendor', 'kii'], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
      const { port } = new URL((JSON.parse(line) as { readonly control: string }).control)
      expect(await userport(['sandbox', '--port', port])).toMatchObject({ code: 1, stderr: `Port ${port} is in use.\n` })
    } finally {
      await stopped(child)
    }
  })
})
