import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { type Ended, type Running, startUserport } from './command-line.js'

type Json = Readonly<Record<string, unknown>>

const adminKeys = ['clientId', 'clientSecret', 'masterSecret', 'managementUrl', 'managementKey']

/** A configuration of a vendor's app on the sandbox, its admin keys apart. */
export const configOf = (
  vendor: string,
  connection: Readonly<Record<string, string>>,
): { readonly admin: Record<string, string> } & Json => {
  const entries = Object.entries(connection)
  const admin = Object.fromEntries(entries.filter(([key]) => adminKeys.includes(key)))
  return { vendor, ...Object.fromEntries(entries.filter(([key]) => !adminKeys.includes(key))), admin }
}

/** A folder with two apps to move between: users of Kii's go to Kinvey's. */
export interface Place {
  readonly folder: string
  readonly kii: ReturnType<typeof kiiApp>
  readonly kinvey: ReturnType<typeof kinveyApp>
  readonly from: ReturnType<typeof configOf>
  readonly to: ReturnType<typeof configOf>
  readonly write: (file: string, content: string | object) => Promise<string>
  readonly start: (command: string, flags?: readonly string[], environment?: Readonly<Record<string, string>>) => Running
  readonly migrate: (command: string, flags?: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Ended>
}

const kiiApp = (sandbox: Sandbox, id: string) => sandbox.app('kii', id)
const kinveyApp = (sandbox: Sandbox, id: string) => sandbox.app('kinvey', id)

/** One sandbox for a file of tests; every place has apps of its own. */
export const places = (): (() => Promise<Place>) => {
  let sandbox: Sandbox
  const folders: string[] = []
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  afterAll(async () => {
    await sandbox.stop()
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })))
  })
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-migrate-'))
    folders.push(folder)
    const [old, next] = [`old-${randomUUID()}`, `new-${randomUUID()}`]
    const from = configOf('kii', sandbox.connection('kii', old))
    const to = configOf('kinvey', sandbox.connection('kinvey', next))
    const write: Place['write'] = async (file, content) => {
      await writeFile(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content))
      return join(folder, file)
    }
    await write('old.json', from)
    await write('new.json', to)
    const start: Place['start'] = (command, flags = [], environment = {}) => {
      const sides = command === 'report' ? [] : ['--from', 'old.json', '--to', 'new.json']
      return startUserport(['migrate', command, ...sides, ...flags], environment, folder)
    }
    return {
      folder,
      from,
      to,
      kii: kiiApp(sandbox, old),
      kinvey: kinveyApp(sandbox, next),
      write,
      start,
      migrate: (...given) => start(...given).ended,
    }
  }
}
