import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UserDirectory } from '@userport/core'
import { type Sandbox, startSandbox, type Vendor } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { createMigration } from '../../src/create-migration.js'
import type { Ledger } from '../../src/ledger/ledger.js'
import { openLedger } from '../../src/ledger/open-ledger.js'
import type { Migration, MigrationOptions } from '../../src/migration.js'
import { directoryAt } from './mapping-targets.js'

let sandbox: Sandbox
let folder: string
const opened: Ledger[] = []

beforeAll(async () => {
  sandbox = await startSandbox()
  folder = mkdtempSync(join(tmpdir(), 'userport-migrate-'))
})
afterAll(async () => {
  await Promise.all(opened.map((ledger) => ledger.close()))
  rmSync(folder, { recursive: true })
  await sandbox.stop()
})

/** A ledger in a file of its own; open it again by its path. */
export const newLedger = async (
  path = join(folder, `${randomUUID()}.db`),
  key?: string,
): Promise<{ readonly path: string; readonly ledger: Ledger }> => {
  const ledger = await openLedger(path, key === undefined ? {} : { key })
  opened.push(ledger)
  return { path, ledger }
}

export type Settings = Partial<Omit<MigrationOptions, 'ledger'>> & { readonly ledger?: Ledger }

/** Two apps that nobody else uses. */
export const between = (fromVendor: Vendor, toVendor: Vendor) => {
  const apps = { from: `app-${randomUUID().slice(0, 12)}`, to: `app-${randomUUID().slice(0, 12)}` }
  const source = sandbox.app(fromVendor, apps.from)
  const target = sandbox.app(toVendor, apps.to)
  const from: UserDirectory = directoryAt(sandbox, fromVendor, apps.from)
  const to: UserDirectory = directoryAt(sandbox, toVendor, apps.to)
  /** A migration on a ledger of its own, or on one that is given. */
  const start = async (more: Settings = {}): Promise<Migration & { readonly ledger: Ledger }> => {
    const ledger = more.ledger ?? (await newLedger()).ledger
    const { policy, ...others } = more
    const migration = createMigration({
      from,
      to,
      apps,
      limits: { pageSize: 25 },
      ...others,
      ledger,
      policy: { invalid: 'adapt', anonymous: 'move', ...policy },
    })
    return { ...migration, ledger }
  }
  /** The same app, with keys that its vendor refuses. */
  const withWrongKeys = (vendor: Vendor, app: string): UserDirectory =>
    directoryAt(
      { connection: (...which) => ({ ...sandbox.connection(...which), clientSecret: 'wrong', masterSecret: 'wrong' }) },
      vendor,
      app,
    )
  return { apps, source, target, from, to, start, withWrongKeys }
}

/** A target that calls once it has been asked for, or has made, so many users. */
export const calling = (to: UserDirectory, on: 'request' | 'reply', after: number, call: () => void): UserDirectory => {
  let left = after
  const count = (): void => {
    left -= 1
    if (left === 0) call()
  }
  const create: UserDirectory['create'] =
    (...args) =>
    async () => {
      if (on === 'request') count()
      const answer = await to.create(...args)()
      if (on === 'reply') count()
      return answer
    }
  return { ...to, create }
}

/** The same, and that stops the run. */
export const stopping = (to: UserDirectory, on: 'request' | 'reply', after: number) => {
  const controller = new AbortController()
  return { to: calling(to, on, after, () => controller.abort()), signal: controller.signal }
}
