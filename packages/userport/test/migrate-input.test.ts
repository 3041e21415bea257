import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { jsonLines, userport } from './support/command-line.js'
import { places } from './support/migrating.js'

const bin = fileURLToPath(new URL('../bin/userport.js', import.meta.url))
const place = places()

const refusals: readonly (readonly [string, readonly string[], string])[] = [
  ['a key as an argument', ['--master-secret', 'planted'], '--master-secret: Keys are not taken from arguments'],
  ['a key after an equals sign', ['--from-client-secret=planted'], 'Set USERPORT_FROM_CLIENT_SECRET, or'],
  ['the key of the ledger', ['--ledger-key=planted'], 'Set USERPORT_LEDGER_KEY.'],
  [
    'a password in the ledger’s address',
    ['--ledger', 'postgres://ann:planted@127.0.0.1:1/x'],
    'Put the whole address into USERPORT_LEDGER',
  ],
  ['a password in it, in one word', ['--ledger=postgres://ann:planted@127.0.0.1:1/x'], 'Put the whole address into USERPORT_LEDGER'],
  ['a password after a name with an @', ['--ledger', 'postgres://ann@corp:planted@127.0.0.1:1/x'], 'Put the whole address into'],
  ['a password with a space in it', ['--ledger', 'postgres://ann:plan ted@127.0.0.1:1/x'], 'Put the whole address into'],
  ['a password with a slash in it', ['--ledger', 'postgres://ann:pl/planted@127.0.0.1:1/x'], 'Put the whole address into'],
  ['a password in the query', ['--ledger', 'postgres://127.0.0.1:1/x?password=planted'], 'Put the whole address into USERPORT_LEDGER'],
  ['a policy that is none', ['--conflicts', 'overwrite'], 'Allowed choices are skip, link, rename, fail.'],
  ['a rule that gives everybody one name', ['--rename-to', 'moved'], 'It must hold {n}'],
  ['a number that is none', ['--concurrency', 'many'], 'It must be a whole number from 1 on.'],
  ['a number below one', ['--page-size', '0'], 'It must be a whole number from 1 on.'],
  ['a time without a unit', ['--patience', '15'], 'It must be a time like 90s, 15m or 2h.'],
  ['an option that is none', ['--overwrite'], "unknown option '--overwrite'"],
  ['a page in a folder that is not there', ['--report', 'nowhere/page.html'], 'The folder of nowhere/page.html does not exist.'],
  ['a page in place of a folder', ['--report', '.'], '“.” is a folder'],
  ['a retry file in place of a folder', ['--retry-file', '.'], '“.” is a folder'],
  ['a page below a file', ['--report', 'old.json/page.html'], 'The folder of old.json/page.html does not exist.'],
  ['a ledger of another kind', ['--ledger', 'mysql://127.0.0.1/x'], 'A ledger is a file (file:PATH) or a PostgreSQL database'],
  ['a ledger that would be gone at the end', ['--ledger', ':memory:'], 'A ledger is a file (file:PATH) or a PostgreSQL database'],
  ['a ledger without a name', ['--ledger', 'file:'], 'A ledger is a file (file:PATH) or a PostgreSQL database'],
  ['a ledger as other tools write it', ['--ledger', 'host=127.0.0.1 dbname=x'], 'A ledger is a file (file:PATH) or a PostgreSQL'],
  ['a password in that', ['--ledger', 'host=127.0.0.1 password=planted'], 'Put the whole address into USERPORT_LEDGER'],
  ['a ledger on another machine', ['--ledger', 'file://elsewhere/x.db'], 'Ledger: '],
  ['a ledger that nobody answers for', ['--ledger', 'postgres://127.0.0.1:1/x'], 'Ledger: '],
  ['a ledger in a folder that is not there', ['--ledger', 'file:nowhere/x.db'], 'Ledger: '],
]

describe('refuses, with 1 and before anything is sent,', () => {
  it.each(refusals)(
    '%s',
    async (_, flags, says) => {
      const here = await place()
      here.kii.seed(1)
      const ended = await here.migrate('run', flags)
      expect(ended.code).toBe(1)
      expect(ended.stderr).toContain(says)
      expect(ended.stdout + ended.stderr).not.toContain('planted')
      expect(here.kinvey.requests.all()).toEqual([])
    },
    20_000,
  )

  const configurations: readonly (readonly [string, object | string, string])[] = [
    ['that is not JSON', '{ "masterSecret": "planted"', 'is not valid JSON'],
    ['without a vendor', { admin: {} }, 'new.json: vendor: is missing. Use one of kii, kinvey, monaca.'],
    ['of a vendor that nobody knows', { vendor: 'parse' }, 'new.json: vendor: is not a known vendor.'],
    ['with a key that nobody knows', { vendor: 'kinvey', hots: 'x' }, 'new.json: hots: is not a known key.'],
    [
      'with an admin key that nobody knows',
      { vendor: 'kinvey', admin: { masterSecrt: 'planted' } },
      'admin.masterSecrt: is not a known key.',
    ],
    ['with admin keys of another form', { vendor: 'kinvey', admin: 'planted' }, 'admin: is not valid.'],
    [
      'with a file of a key that is not there',
      { vendor: 'kinvey', admin: { masterSecretFile: 'none' } },
      'names a file that cannot be read.',
    ],
    [
      'of another vendor’s app',
      { vendor: 'kinvey', site: 'https://api.kii.com/api', appId: 'a', appKey: 'b' },
      'site: is not a known key.',
    ],
  ]

  it.each(configurations)(
    'a configuration %s',
    async (_, content, says) => {
      const here = await place()
      await here.write('new.json', content)
      const ended = await here.migrate('run')
      expect(ended.code).toBe(1)
      expect(ended.stderr).toContain(says)
      expect(ended.stderr).not.toContain('planted')
      expect(existsSync(join(here.folder, 'userport-migration.db'))).toBe(false)
    },
    20_000,
  )

  it('a configuration that is not there, and one that is not named', async () => {
    const here = await place()
    const missing = await userport(['migrate', 'run', '--from', 'none.json', '--to', 'new.json', '--json'], {}, here.folder)
    expect(missing).toMatchObject({ code: 1, stderr: '' })
    expect(jsonLines(missing.stdout)).toEqual([
      expect.objectContaining({
        type: 'result',
        exitCode: 1,
        error: expect.objectContaining({ tag: 'Configuration', message: expect.stringContaining('none.json') }),
      }),
    ])
    const unnamed = await userport(['migrate', 'run', '--from', 'old.json'], {}, here.folder)
    expect(unnamed).toMatchObject({ code: 1, stderr: expect.stringContaining("required option '--to <file>' not specified") })
  }, 20_000)

  it('a configuration without admin keys, and says where they go', async () => {
    const here = await place()
    const { admin: _, ...app } = here.to
    await here.write('new.json', app)
    const ended = await here.migrate('run')
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain(
      'new.json: admin: is missing: the keys of an operator of kinvey. Set USERPORT_TO_MASTER_SECRET, or "admin": { "masterSecretFile": FILE }',
    )
  }, 20_000)

  it.each(['resume', 'verify', 'undo', 'purge', 'status'])(
    'to %s where there is no ledger, and makes none',
    async (command) => {
      const here = await place()
      const ended = await here.migrate(command)
      expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no ledger at ') })
      expect(existsSync(join(here.folder, 'userport-migration.db'))).toBe(false)
    },
    20_000,
  )

  it('a file that is no ledger, and leaves it as it is', async () => {
    const here = await place()
    await here.write('notes.db', 'not a database, but long enough to be looked at as if it were one. '.repeat(20))
    const ended = await here.migrate('run', ['--ledger', 'file:notes.db'])
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Ledger: /) })
  }, 20_000)

  it('an address of a ledger that is no URL, without the password in it', async () => {
    const here = await place()
    const environment = { USERPORT_LEDGER: 'postgres://ann:pl/anted@127.0.0.1:1/x' }
    const ended = await here.migrate('status', ['--json'], environment)
    expect(ended).toMatchObject({ code: 1, stderr: '' })
    expect(jsonLines(ended.stdout)).toEqual([
      expect.objectContaining({ error: expect.objectContaining({ tag: 'Ledger', reason: 'broken' }) }),
    ])
    expect(ended.stdout).not.toContain('anted')
  }, 20_000)

  it.each([
    ['', 'Ledger: The address of the ledger is empty.'],
    ['host=127.0.0.1 password=planted', 'Ledger: A ledger is a file (file:PATH) or a PostgreSQL database'],
  ])(
    'the ledger “%s” of the environment, and makes no file',
    async (address, says) => {
      const here = await place()
      here.kii.seed(1)
      for (const command of ['run', 'plan', 'status']) {
        const ended = await here.migrate(command, [], { USERPORT_LEDGER: address })
        expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining(says) })
        expect(ended.stderr).not.toContain('planted')
      }
      expect((await readdir(here.folder)).filter((name) => /ledger|migration|host|memory/.test(name))).toEqual([])
    },
    20_000,
  )

  it('a ledger under another key', async () => {
    const here = await place()
    here.kii.seed(1)
    expect((await here.migrate('run', [], { USERPORT_LEDGER_KEY: 'the first' })).code).toBe(0)
    const ended = await here.migrate('status', [], { USERPORT_LEDGER_KEY: 'planted' })
    expect(ended).toMatchObject({ code: 1, stderr: 'Ledger: The key is not the one that the ledger was made with.\n' })
    expect((await here.migrate('status')).stderr).toContain('it is needed to open it')
  }, 20_000)
})

it.each([
  ['run', '--report'],
  ['resume', '--retry-file'],
  ['report', '--out'],
])(
  'does not write over the ledger: %s %s',
  async (command, flag) => {
    const here = await place()
    here.kii.seed(1)
    expect((await here.migrate('run')).code).toBe(0)
    const said = '“./userport-migration.db” is the ledger; another file is needed.\n'
    expect(await here.migrate(command, [flag, './userport-migration.db'])).toMatchObject({ code: 1, stderr: said })
    expect((await here.migrate('status')).stdout).toContain('1 user in the ledger')
  },
  20_000,
)

const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const mayRun = spawnSync(process.execPath, [bin, '--help'], nobody).status === 0

it.runIf(mayRun)(
  'says before anything is sent that a file may not be written',
  async () => {
    const here = await place()
    here.kii.seed(1)
    await chmod(here.folder, 0o777)
    await mkdir(join(here.folder, 'locked'), { mode: 0o555 })
    for (const flag of ['--report', '--retry-file']) {
      const args = [bin, 'migrate', 'run', '--from', 'old.json', '--to', 'new.json', flag, 'locked/file']
      const child = spawn(process.execPath, args, { cwd: here.folder, stdio: ['ignore', 'ignore', 'pipe'], ...nobody })
      const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
      expect({ code, stderr }).toEqual({ code: 1, stderr: '“locked/file” may not be written.\n' })
    }
    expect(here.kinvey.requests.all()).toEqual([])
  },
  20_000,
)

it('says that a plan, which is tried again in a moment, waits for nobody', async () => {
  const { stdout } = await userport(['migrate', 'plan', '--help'])
  expect(stdout).toMatch(/--patience <time> +not needed: a plan does not wait/)
  expect((await userport(['migrate', 'run', '--help'])).stdout).toMatch(/--patience <time> +how long to wait for a vendor/)
})

it.runIf(mayRun)(
  'says so too of a list of users in a folder where it cannot be replaced, and not of one that can',
  async () => {
    const here = await place()
    here.kii.seed(1)
    await chmod(here.folder, 0o777)
    await mkdir(join(here.folder, 'locked'))
    await mkdir(join(here.folder, 'open'))
    await here.write('locked/file', '')
    await here.write('open/file', '')
    await chmod(join(here.folder, 'locked', 'file'), 0o666)
    await chmod(join(here.folder, 'locked'), 0o555)
    await chmod(join(here.folder, 'open', 'file'), 0o444)
    await chmod(join(here.folder, 'open'), 0o777)
    const run = async (file: string) => {
      const args = [bin, 'migrate', 'run', '--from', 'old.json', '--to', 'new.json', '--retry-file', file]
      const child = spawn(process.execPath, args, { cwd: here.folder, stdio: ['ignore', 'ignore', 'pipe'], ...nobody })
      const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
      return { code, stderr }
    }
    expect(await run('locked/file')).toEqual({ code: 1, stderr: '“locked/file” may not be written.\n' })
    expect(here.kinvey.requests.all()).toEqual([])
    expect(await run('open/file')).toEqual({ code: 0, stderr: '' })
  },
  20_000,
)

it.runIf(mayRun && process.getuid?.() === 0)(
  'says so too of a page with ids in the file of somebody else, to whom it would be open',
  async () => {
    const here = await place()
    here.kii.seed(1)
    await chmod(here.folder, 0o777)
    await chmod(await here.write('page.html', ''), 0o666)
    const run = async (...flags: readonly string[]) => {
      const args = [bin, 'migrate', 'run', '--from', 'old.json', '--to', 'new.json', '--report', 'page.html', ...flags]
      const child = spawn(process.execPath, args, { cwd: here.folder, stdio: ['ignore', 'ignore', 'pipe'], ...nobody })
      const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
      return { code, stderr }
    }
    expect(await run('--with-ids')).toEqual({ code: 1, stderr: '“page.html” belongs to somebody else; another file is needed for ids.\n' })
    expect(here.kinvey.requests.all()).toEqual([])
    expect(await run()).toEqual({ code: 0, stderr: '' })
  },
  20_000,
)

it.each([
  ['run', ['--report', 'page.html', '--retry-file', './page.html']],
  ['run', ['--report', 'userport-migration.retry.jsonl']],
  ['verify', ['--report', 'page.html', '--retry-file', 'page.html']],
])(
  'does not let %s write its page over the list of users: %j',
  async (command, flags) => {
    const here = await place()
    here.kii.seed(2)
    expect((await here.migrate('run')).code).toBe(0)
    here.kinvey.requests.clear()
    const ended = await here.migrate(command, flags)
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is where users to look after are listed; another file is needed.'),
    })
    expect(here.kinvey.requests.all()).toEqual([])
  },
  20_000,
)

it.skipIf(!existsSync('/dev/null'))(
  'does not put a list of users in the place of a device, nor remove that',
  async () => {
    const here = await place()
    here.kii.seed(1)
    const pipe = join(here.folder, 'pipe')
    spawnSync('mkfifo', [pipe])
    for (const command of ['run', 'verify']) {
      const ended = await here.migrate(command, ['--retry-file', 'pipe'])
      expect(ended).toMatchObject({ code: 1, stderr: '“pipe” is no ordinary file; another file is needed.\n' })
    }
    expect((await stat(pipe)).isFIFO()).toBe(true)
    expect(here.kinvey.requests.all()).toEqual([])
  },
  20_000,
)

it.each(['status', 'report'])(
  'takes the two sides like every other command, although the ledger knows them: %s',
  async (command) => {
    const here = await place()
    here.kii.seed(1)
    expect((await here.migrate('run')).code).toBe(0)
    const flags = command === 'report' ? ['--out', 'page.html'] : []
    expect(await here.migrate(command, [...flags, '--from', 'old.json', '--to', 'new.json'])).toMatchObject({ code: 0, stderr: '' })
  },
  20_000,
)

it('keeps a page with ids to its owner, in a file that was there before too', async () => {
  const here = await place()
  here.kii.seed(1)
  expect((await here.migrate('run', ['--report', 'page.html'])).code).toBe(0)
  const page = join(here.folder, 'page.html')
  await chmod(page, 0o644)
  expect((await here.migrate('report', ['--out', 'page.html'])).code).toBe(0)
  expect((await stat(page)).mode & 0o777).toBe(0o644)
  expect((await here.migrate('report', ['--out', 'page.html', '--with-ids'])).code).toBe(0)
  expect((await stat(page)).mode & 0o777).toBe(0o600)
}, 20_000)

it.skipIf(!existsSync('/dev/full'))(
  'says which file a full disk did not take',
  async () => {
    const here = await place()
    here.kii.seed(1)
    expect((await here.migrate('run')).code).toBe(0)
    const ended = await here.migrate('report', ['--out', '/dev/full'])
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: "ENOSPC: no space left on device, write '/dev/full'\n" })
  },
  20_000,
)

it.skipIf(!existsSync('/dev/full'))(
  'is no success where what it printed did not arrive',
  async () => {
    const here = await place()
    here.kii.seed(3)
    const command = [process.execPath, bin, 'migrate', 'run', '--from', 'old.json', '--to', 'new.json', '--json']
    const child = spawn('sh', ['-c', 'exec "$@" > /dev/full', 'sh', ...command], { cwd: here.folder, stdio: ['ignore', 'ignore', 'pipe'] })
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'The output could not be written: ENOSPC: no space left on device, write\n' })
  },
  20_000,
)

it('says that a page could not be written, in a line of JSON too', async () => {
  const here = await place()
  here.kii.seed(1)
  await symlink(join(here.folder, 'nowhere', 'page.html'), join(here.folder, 'page.html'))
  const told = await here.migrate('run', ['--report', 'page.html'])
  expect(told).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ENOENT: no such file or directory, open '.*page\.html'\n$/) })
  const listed = await here.migrate('report', ['--out', 'page.html', '--json'])
  expect(listed).toMatchObject({ code: 1, stderr: '' })
  expect(jsonLines(listed.stdout)).toEqual([
    expect.objectContaining({ type: 'result', command: 'report', exitCode: 1, error: expect.objectContaining({ tag: 'File' }) }),
  ])
}, 20_000)

it('writes a field where the app of the target keeps it', async () => {
  const here = await place()
  here.kii.seed(1)
  await here.write('new.json', { ...here.to, fields: { displayName: 'nickname' } })
  expect((await here.migrate('run')).code).toBe(0)
  const [moved] = here.kinvey.users()
  expect(moved?.document).toMatchObject({ nickname: 'User 1' })
  expect(moved?.document).not.toHaveProperty('displayName')
}, 20_000)

describe('takes the keys of an operator', () => {
  it.each([{ masterSecret: 'an-old-one' }, { masterSecretFile: 'on-another-machine.txt' }])(
    'from the environment, which goes before the file: %j',
    async (admin) => {
      const here = await place()
      here.kii.seed(2)
      const { clientId, clientSecret } = here.from.admin
      await here.write('old.json', { ...here.from, admin: { clientId } })
      await here.write('new.json', { ...here.to, admin })
      const environment = { USERPORT_FROM_CLIENT_SECRET: clientSecret ?? '', USERPORT_TO_MASTER_SECRET: here.to.admin.masterSecret ?? '' }
      expect((await here.migrate('run', [], environment)).code).toBe(0)
      expect(here.kinvey.users()).toHaveLength(2)
    },
    20_000,
  )

  it('from a file that the configuration names, from where it is', async () => {
    const here = await place()
    here.kii.seed(2)
    await here.write('key.txt', `${here.to.admin.masterSecret}\n`)
    await here.write('new.json', { ...here.to, admin: { masterSecretFile: 'key.txt' } })
    const flags = ['migrate', 'run', '--from', join(here.folder, 'old.json'), '--to', join(here.folder, 'new.json')]
    expect((await userport([...flags, '--ledger', join(here.folder, 'x.db')])).code).toBe(0)
    expect(here.kinvey.users()).toHaveLength(2)
  }, 20_000)

  it('and needs none for an exported file, whose app may be gone', async () => {
    const here = await place()
    await here.write(
      'users.csv',
      '_id,_username,_createdAt,_updatedAt,nickname\na1,dora,1577934245000,1577934245000,Dora\na2,erik,1577934245000,1577934245000,\n',
    )
    await here.write('old.json', { vendor: 'monaca', admin: { export: 'users.csv' } })
    expect((await here.migrate('run')).code).toBe(0)
    expect(
      here.kinvey
        .users()
        .map(({ username }) => username)
        .sort(),
    ).toEqual(['dora', 'erik'])
    expect((await here.migrate('verify')).stdout).toContain('2 equal, 0 different')
  }, 20_000)

  it('and reads the properties of an exported file that the configuration names', async () => {
    const here = await place()
    await here.write('users.csv', '_id,_username,mail\na1,dora,dora@example.com\n')
    await here.write('old.json', { vendor: 'monaca', fields: { email: 'mail' }, admin: { export: 'users.csv' } })
    expect((await here.migrate('run')).code).toBe(0)
    expect(here.kinvey.users()).toMatchObject([{ username: 'dora', email: 'dora@example.com' }])
  }, 20_000)

  it('that are no texts, from the environment', async () => {
    const here = await place()
    here.kii.seed(1)
    const run = (readsAtOnce: string) => here.migrate('run', [], { USERPORT_FROM_READS_AT_ONCE: readsAtOnce })
    expect(await run('many')).toMatchObject({ code: 1, stderr: expect.stringContaining('admin.readsAtOnce: is not valid.') })
    expect(await run('4')).toMatchObject({ code: 0, stderr: '' })
  }, 20_000)

  it.each([
    ['no text', 3, 'old.json: admin.export: is not valid. Expected the name of a file.'],
    ['an empty text', '', 'old.json: admin.export: is not valid. Expected the name of a file.'],
    ['not there', 'nowhere.csv', 'nowhere.csv cannot be read.'],
  ])(
    'and refuses an exported file that is %s, naming it',
    async (_, file, says) => {
      const here = await place()
      await here.write('old.json', { vendor: 'monaca', admin: { export: file } })
      expect(await here.migrate('run')).toMatchObject({ code: 1, stderr: expect.stringContaining(says) })
    },
    20_000,
  )

  it.each(['run', 'run --dry-run', 'plan'])(
    'and names the broken row of an exported file at once, since waiting does not mend it: %s',
    async (command) => {
      const here = await place()
      await here.write('users.csv', '_id,_username\na1,dora\nbroken\n')
      await here.write('old.json', { vendor: 'monaca', admin: { export: 'users.csv' } })
      const [first = '', ...flags] = command.split(' ')
      expect(await here.migrate(first, flags)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('At "row 3": expected a user, but this row has 1 columns, while the header has 2.'),
      })
    },
    20_000,
  )

  it('which must name properties', async () => {
    const here = await place()
    await here.write('users.csv', '_id,_username\na1,dora\n')
    await here.write('old.json', { vendor: 'monaca', fields: { email: 3 }, admin: { export: 'users.csv' } })
    expect(await here.migrate('run')).toMatchObject({ code: 1, stderr: expect.stringContaining('old.json: fields.email: is not valid.') })
  }, 20_000)
})

describe('a ledger', () => {
  it.each(['a%20ledger.db', '%zz.db'])(
    'whose address looks like a URL’s is found again: %s',
    async (name) => {
      const here = await place()
      here.kii.seed(1)
      const ledger = ['--ledger', `file://${join(here.folder, name)}`]
      expect(await here.migrate('run', ledger)).toMatchObject({ code: 0, stderr: '' })
      expect(existsSync(join(here.folder, name))).toBe(true)
      expect((await here.migrate('status', ledger)).stdout).toContain('1 user in the ledger')
    },
    20_000,
  )

  it('is not left open where its key came out empty', async () => {
    const here = await place()
    here.kii.seed(1)
    const ended = await here.migrate('run', [], { USERPORT_LEDGER_KEY: '' })
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('The key of the ledger is empty.') })
    expect(here.kinvey.users()).toEqual([])
  }, 20_000)

  it('may be named by the environment', async () => {
    const here = await place()
    here.kii.seed(1)
    const environment = { USERPORT_LEDGER: 'file:mine.db' }
    expect((await here.migrate('run', [], environment)).code).toBe(0)
    expect(existsSync(join(here.folder, 'mine.db'))).toBe(true)
    expect((await here.migrate('status', [], environment)).stdout).toContain('1 user in the ledger')
  }, 20_000)
})
