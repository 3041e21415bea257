import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userId } from '@userport/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everybody, failure, ids, value } from '../../core/test/support/vendor-results.js'
import { type BrokenRow, createMonacaExportDirectory, type ExportedUser, type ExportOptions, readMonacaExport } from '../src/directory.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'userport-export-'))
})
afterAll(() => rm(folder, { recursive: true }))

let files = 0
const fileWith = async (content: string): Promise<string> => {
  files += 1
  const path = join(folder, `export-${files}`)
  await writeFile(path, content)
  return path
}

/** The text in pieces of a few bytes, so that no character and no line comes whole. */
async function* trickle(text: string | Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let at = 0; at < bytes.length; at += 3) yield bytes.slice(at, at + 3)
}

const all = async (text: string | Uint8Array, options?: ExportOptions): Promise<readonly ExportedUser[]> => {
  const found: ExportedUser[] = []
  for await (const one of readMonacaExport(trickle(text), options)) found.push(one)
  return found
}

const reasonsIn = (found: readonly ExportedUser[]): readonly (BrokenRow | string)[] =>
  found.map((one) => ('user' in one ? one.user.id : one))

const dora = {
  user: expect.objectContaining({
    id: 'a1',
    vendor: 'monaca',
    kind: 'registered',
    username: 'dora',
    email: { address: 'dora@example.com', verified: 'unknown' },
    createdAt: '2020-01-02T03:04:05.000Z',
    updatedAt: '2020-01-02T03:04:06.000Z',
  }),
}
const at = Date.parse('2020-01-02T03:04:05Z')

const csv = `_id,_username,_createdAt,_updatedAt,email,postcode,note,tags
a1,dora,${at},${at + 1_000},dora@example.com,01234,"two
lines, 日本 ""quoted""","[""x"",1]"
a2,erik,${at / 1_000},,,,,
`
const documents = [
  {
    _id: 'a1',
    _username: 'dora',
    _createdAt: at,
    _updateAt: at + 1_000,
    email: 'dora@example.com',
    postcode: '01234',
    note: '日本\u2028',
    age: null,
  },
  { _oid: 'a2', _username: 'erik', _createdAt: at / 1_000 },
]

describe('readMonacaExport', () => {
  it('reads CSV with a header', async () => {
    const [first, second, ...more] = await all(csv)
    expect(first).toMatchObject(dora)
    expect(first).toMatchObject({ user: { attributes: { postcode: '01234', note: 'two\nlines, 日本 "quoted"', tags: ['x', 1] } } })
    expect(second).toMatchObject({ user: { id: 'a2', createdAt: '2020-01-02T03:04:05.000Z', attributes: {} } })
    expect(more).toEqual([])
  })

  it.each([
    ['an array', JSON.stringify(documents, null, 2)],
    ['lines', documents.map((document) => `${JSON.stringify(document)}\r\n`).join('\n')],
  ])('reads JSON in %s', async (_, text) => {
    const [first, second, ...more] = await all(text)
    expect(first).toMatchObject(dora)
    expect(first).toMatchObject({ user: { attributes: { postcode: '01234', note: '日本\u2028', age: null } } })
    expect(second).toMatchObject({ user: { id: 'a2', username: 'erik', createdAt: '2020-01-02T03:04:05.000Z' } })
    expect(more).toEqual([])
  })

  it.each(['csv', 'json', 'jsonl'] as const)('reads %s with a byte order mark', async (format) => {
    const text = { csv, json: JSON.stringify(documents), jsonl: documents.map((one) => JSON.stringify(one)).join('\n') }[format]
    expect((await all(`\uFEFF${text}`))[0]).toMatchObject(dora)
  })

  it('finds nobody in an empty file', async () => {
    expect(await all('')).toEqual([])
    expect(await all('[]')).toEqual([])
    expect(await all('_id,_username\n')).toEqual([])
    for (const format of ['csv', 'jsonl'] as const) expect(await all('', { format })).toEqual([])
    expect(await all('', { format: 'json' })).toEqual([{ row: 1, reason: 'is not JSON, and what follows it cannot be read' }])
  })

  it.each(['\n', ' \r\n\t\n', '\uFEFF', '\uFEFF\n\n'])('finds nobody in a file without text: %j', async (text) => {
    expect(await all(text)).toEqual([])
    expect(await value(createMonacaExportDirectory(await fileWith(text)).count())).toBe(0)
  })

  it.each([1, 2])('sees the format though the byte order mark comes in parts of %d bytes', async (size) => {
    const bytes = new TextEncoder().encode(`\uFEFF\n${JSON.stringify(documents)}`)
    async function* parts(): AsyncGenerator<Uint8Array, void, undefined> {
      for (let begin = 0; begin < bytes.length; begin += size) yield bytes.slice(begin, begin + size)
    }
    const found: ExportedUser[] = []
    for await (const one of readMonacaExport(parts())) found.push(one)
    expect(found).toMatchObject([dora, { user: { id: 'a2' } }])
  })

  it('reads the properties that the app has for fields', async () => {
    const [first] = await all('_id,_username,mail\na1,dora,dora@example.com\n', { fields: { email: 'mail' } })
    expect(first).toMatchObject({ user: { email: { address: 'dora@example.com' }, attributes: {} } })
  })

  it.each([
    ['2020-01-02T12:04:05+09:00', '2020-01-02T03:04:05.000Z'],
    ['2020-01-02 03:04:05', '2020-01-02T03:04:05.000Z'],
    ['1577934245', '2020-01-02T03:04:05.000Z'],
    ['2020/01/02 03:04:05', '2020-01-02T03:04:05.000Z'],
    ['2020/1/2 3:04', '2020-01-02T03:04:00.000Z'],
    ['2020/01/02', '2020-01-02T00:00:00.000Z'],
    ['2020/01/02 12:04:05 +0900', '2020-01-02T03:04:05.000Z'],
  ])('reads the time %s', async (time, createdAt) => {
    expect(await all(`_id,_username,_createdAt\na1,dora,${time}\n`)).toMatchObject([{ user: { createdAt } }])
  })

  it.each(['-5', '12/31/2020', 'may 5 z', 'version 5', '9000000000000000'])('takes %s for no time', async (text) => {
    const reason = 'has a _createdAt that is no time'
    expect(await all(`_id,_username,_createdAt\na1,dora,${text}\n`)).toEqual([{ row: 2, reason }])
    expect(await all(`{"_id":"a1","_username":"dora","_createdAt":"${text}"}`)).toEqual([{ row: 1, reason }])
  })

  it.each(['-5', '9000000000000000', '1e300', 'true', '[2020]'])('takes %s for no time in JSON', async (value) => {
    const broken = [{ row: 1, reason: 'has a _createdAt that is no time' }]
    expect(await all(`[{"_id":"a1","_username":"dora","_createdAt":${value}}]`)).toEqual(broken)
  })

  it('takes a name for text, though it looks like JSON', async () => {
    const found = await all('_id,_username,tags\n[1],[2],[3]\n')
    expect(found).toMatchObject([{ user: { id: '[1]', username: '[2]', attributes: { tags: [3] } } }])
  })

  it('takes what is in a field of the user for text too', async () => {
    const found = await all('_id,_username,nick,country,tags\na1,dora,[1],{},{}\n', { fields: { displayName: 'nick' } })
    expect(found).toMatchObject([{ user: { displayName: '[1]', country: '{}' } }])
    expect(found.map((one) => 'user' in one && one.user.attributes)).toEqual([{ tags: {} }])
  })

  it('reads CSV whose lines end in several ways', async () => {
    const rows = 'a1,dora\na2,erik\r\n"a3","fred"\ra4,"gi\r\nna"\n'
    for (const end of ['\n', '\r\n', '\r']) expect(await all(`_id,_username${end}${rows}`)).toHaveLength(4)
  })

  it('passes over empty lines of CSV, and counts them, however they end', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const found = await all(['_oid,_username', '', 'a1,dora', '', '', ',nobody', 'a2,erik', '', ''].join(end))
      expect(reasonsIn(found)).toEqual(['a1', { row: 6, reason: 'has no _id' }, 'a2'])
    }
  })

  it.each([
    ['_id;_username', 'no _id'],
    ['Not Found', 'no _id'],
    ['_id,name', 'no _username'],
    ['_id,_username,age,age', 'two columns of the same name'],
  ])('reads nothing under the header %s, and says so', async (header, what) => {
    const broken = [{ row: 1, reason: `is a header with ${what}, so the rest cannot be read` }]
    expect(await all(`${header}\n`)).toEqual(broken)
    expect(await all(`${header}\na1,dora,3,4\n`)).toEqual(broken)
  })

  it('goes on after rows of CSV that are broken', async () => {
    const text =
      '_id,_username,_createdAt\na1,dora,\n,nobody,\na3,,\na4,erik\n"a5"x,fred,\n"a5" ,fred,\na5"x,fred,\na6,gina,yesterday\na7,hugo,\n'
    expect(reasonsIn(await all(text))).toEqual([
      'a1',
      { row: 3, reason: 'has no _id' },
      { row: 4, reason: 'has no _username' },
      { row: 5, reason: 'has 2 columns, while the header has 3' },
      { row: 6, reason: 'has a quote where none can be' },
      { row: 7, reason: 'has a quote where none can be' },
      'a5"x',
      { row: 9, reason: 'has a _createdAt that is no time' },
      'a7',
    ])
  })

  it('says where a text of CSV does not end, and holds no more of it than a user can have', async () => {
    async function* lines(): AsyncGenerator<Uint8Array, void, undefined> {
      yield new TextEncoder().encode('_id,_username\na1,dora\n')
      yield new TextEncoder().encode(`"a2,erik\n${'a3,fred\n'.repeat(400_000)}`)
    }
    const found: ExportedUser[] = []
    for await (const one of readMonacaExport(lines())) found.push(one)
    expect(reasonsIn(found)).toEqual([
      'a1',
      { row: expect.any(Number), reason: 'is within a text that does not end, so the rest cannot be read' },
    ])
    expect((found[1] as BrokenRow).row).toBeGreaterThan(2)
    expect((found[1] as BrokenRow).row).toBeLessThan(300_000)
  })

  it('goes on after lines of JSON that are broken', async () => {
    const text = '{"_id":"a1","_username":"dora"}\n{"_id":\n[]\n\n{"_id":5,"_username":"erik"}\n{"_id":"a5","_username":"fred"}'
    expect(reasonsIn(await all(text))).toEqual([
      'a1',
      { row: 2, reason: 'is not JSON' },
      { row: 3, reason: 'is not a user' },
      { row: 5, reason: 'has no _id' },
      'a5',
    ])
  })

  it.each(['[{"_id":"a1","_username":"dora"},7,{"_id"', '[{"_id":"a1","_username":"dora"},7 {"_id":"a2"}]'])(
    'says where an array breaks off: %s',
    async (text) => {
      expect(reasonsIn(await all(text))).toEqual([
        'a1',
        { row: 2, reason: 'is not a user' },
        { row: 3, reason: 'is not JSON, and what follows it cannot be read' },
      ])
    },
  )

  it.each([' \n[{"_id":"a2","_username":"erik"}]', '\n{"_id":"a2","_username":"erik"}', ']', ' end'])(
    'says that something follows an array: %j',
    async (more) => {
      const array = '[{"_id":"a1","_username":"dora"}]'
      expect(reasonsIn(await all(array + more))).toEqual(['a1', { row: 2, reason: 'is not JSON, and what follows it cannot be read' }])
      expect(reasonsIn(await all(`${array} \r\n\t\n`))).toEqual(['a1'])
    },
  )

  describe('in another encoding than UTF-8', () => {
    // 日本 in Shift_JIS, as spreadsheets in Japan save it.
    const shiftJis = Buffer.from([0x93, 0xfa, 0x96, 0x7b]).toString('latin1')
    const inBytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
    const reason = 'is not in UTF-8'

    it('tells of each row of CSV, but not of one that merely holds the character for broken text', async () => {
      const text = `_id,_username,displayName\na1,dora,${shiftJis}\na2,erik,\xef\xbf\xbd\na3,fred,"${shiftJis}"\na4,gina,\n`
      expect(reasonsIn(await all(inBytes(text)))).toEqual([{ row: 2, reason }, 'a2', { row: 4, reason }, 'a4'])
    })

    it('tells of each line of JSON', async () => {
      const line = (id: string, name: string): string => `{"_id":"${id}","_username":"dora","displayName":"${name}"}\n`
      const text = line('a1', '\xe6\x97\xa5') + line('a2', shiftJis) + line('a3', '\xef\xbf\xbd')
      expect(reasonsIn(await all(inBytes(text)))).toEqual(['a1', { row: 2, reason }, 'a3'])
    })

    it.each([
      ['lines', '_id,_username\na1,dora\n'],
      ['one line', '[{"_id":"a1","_username":"dora"}]'],
    ])('reads nothing of UTF-16 in %s, and says so', async (_, text) => {
      const found = await all(Buffer.from(`\uFEFF${text}`, 'utf16le'))
      expect(reasonsIn(found)).toEqual([{ row: 1, reason: 'is a header that is not in UTF-8, so the rest cannot be read' }])
    })
  })

  it('says nothing of what a broken row has in it', async () => {
    const text = `{"_id":"a1","_username":"dora","_createdAt":"hush"}\n{"hush"\n`
    expect(JSON.stringify(await all(text))).not.toContain('hush')
  })

  it('rejects where there is no file', async () => {
    await expect(readMonacaExport(join(folder, 'missing')).next()).rejects.toThrow('ENOENT')
  })

  it.each(['csv', 'jsonl', 'json'] as const)('passes on the failure of the source of %s', async (format) => {
    async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
      yield new TextEncoder().encode({ csv: '_id,_username\n', jsonl: '\n', json: '[' }[format])
      throw new Error('The disk is gone.')
    }
    await expect(readMonacaExport(failing(), { format }).next()).rejects.toThrow('The disk is gone.')
  })

  it.each([
    ['CSV', '_id,_username\n', (id: number) => `u${id},name${id}\n`],
    ['an array', '[', (id: number) => `{"_id":"u${id}","_username":"name${id}"},`],
    ['lines', '', (id: number) => `{"_id":"u${id}","_username":"name${id}"}\n`],
  ])('takes of %s no more than it needs, and lets go of it', async (_, head, row) => {
    let given = 0
    let closed = false
    async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for (let id = 0; ; id += 1) {
          given += 1
          yield new TextEncoder().encode(`${id === 0 ? head : ''}${row(id)}`)
        }
      } finally {
        closed = true
      }
    }
    let taken = 0
    for await (const one of readMonacaExport(endless())) {
      expect(one).toMatchObject({ user: { id: `u${taken}` } })
      taken += 1
      if (taken === 1_000) break
    }
    expect(given).toBeLessThan(3_000)
    await expect.poll(() => closed).toBe(true)
  })
})

describe('createMonacaExportDirectory', () => {
  const rows = (count: number): string => Array.from({ length: count }, (_, id) => `u${id},name${id}\n`).join('')
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, id) => `u${id}`)

  it('lists every user once, and goes on from any cursor', async () => {
    const directory = createMonacaExportDirectory(await fileWith(`_id,_username\n${rows(450)}`))
    expect(ids(await everybody(directory, { limit: 100 }))).toEqual(names(450))
    expect(ids(await everybody(directory, { cursor: '120', limit: 70 }))).toEqual(names(450).slice(120))
    expect(await value(directory.count())).toBe(450)
    expect(await value(directory.list({ cursor: '1000' }))).toEqual({ users: [], next: null })
  })

  it('may be listed by several at once', async () => {
    const directory = createMonacaExportDirectory(await fileWith(`_id,_username\n${rows(200)}`))
    const lists = await Promise.all([10, 20, 30].map((limit) => everybody(directory, { limit })))
    expect(lists.map(ids)).toEqual([names(200), names(200), names(200)])
  })

  it('gets a user, or nobody', async () => {
    const directory = createMonacaExportDirectory(await fileWith(`_id,_username\n${rows(20)}`))
    expect(await value(directory.get(userId('u7')))).toMatchObject({ id: 'u7', username: 'name7' })
    expect(await value(directory.get(userId('x')))).toBeNull()
  })

  it('passes over what is no user, and tells of it', async () => {
    const path = await fileWith(`_id,_username\n${rows(2)},nobody\nu3,last\n`)
    const told: BrokenRow[] = []
    const directory = createMonacaExportDirectory(path, { onBroken: (broken) => told.push(broken) })
    expect(ids(await everybody(directory, { limit: 1 }))).toEqual(['u0', 'u1', 'u3'])
    expect(told).toEqual([{ row: 4, reason: 'has no _id' }])
    await value(directory.count())
    expect(told).toHaveLength(2)
  })

  it('ends at what is no user where nobody is told', async () => {
    const directory = createMonacaExportDirectory(await fileWith(`_id,_username\n${rows(2)},nobody\nu3,last\n`))
    expect(await failure(directory.list({}))).toMatchObject({ _tag: 'Protocol', path: 'row 4' })
    expect(ids((await value(directory.list({ limit: 2 }))).users)).toEqual(['u0', 'u1'])
    expect((await failure(directory.count()))._tag).toBe('Protocol')
  })

  it('cannot be written to, nor read where there is no file', async () => {
    const directory = createMonacaExportDirectory(join(folder, 'missing'))
    expect((await failure(directory.create({})))._tag).toBe('Unsupported')
    expect((await failure(directory.erase(userId('u1'))))._tag).toBe('Unsupported')
    expect(await failure(directory.list({}))).toMatchObject({ _tag: 'Configuration', vendor: 'monaca', path: 'path' })
    expect(await failure(directory.list({ cursor: 'x' }))).toMatchObject({ _tag: 'InvalidInput', field: 'cursor' })
  })

  it('stops reading when its time is up', async () => {
    const directory = createMonacaExportDirectory(await fileWith(`_id,_username\n${rows(50_000)}`), { deadline: 1 })
    expect((await failure(directory.count()))._tag).toBe('Timeout')
  })
})
