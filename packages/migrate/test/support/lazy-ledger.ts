import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { backendOf, type ProviderOptions, type UserBackend, type UserProvider } from '@userport/core'
import type { Sandbox, Vendor } from '@userport/sandbox'
import { createMigration } from '../../src/create-migration.js'
import { directoryLedger } from '../../src/lazy/directory-ledger.js'
import { type MoveLedger, migrating, moveLedgerHandler, remoteLedger } from '../../src/lazy.js'
import type { Ledger } from '../../src/ledger/ledger.js'
import type { MovePolicy } from '../../src/policy.js'
import { type App, appAt } from './lazy-vendors.js'
import { directoryAt } from './mapping-targets.js'
import { newLedger } from './migration.js'

const backendIn = (provider: UserProvider): UserBackend => {
  const origin = backendOf(provider)
  if (origin === undefined) throw new Error('a provider knows its backend')
  return origin.backend
}

/** Two apps with a bulk ledger between them, and what a server would offer to the app. */
export const withLedger = async (sandbox: Sandbox, from: Vendor, to: Vendor, change: (ledger: Ledger) => Ledger = (ledger) => ledger) => {
  const ids = { from: `from-${randomUUID()}`, to: `to-${randomUUID()}` }
  const [source, target]: readonly [App, App] = [appAt(sandbox, from, ids.from), appAt(sandbox, to, ids.to)]
  const sides = {
    from: { directory: directoryAt(sandbox, from, ids.from), backend: backendIn(source.open({})) },
    to: { directory: directoryAt(sandbox, to, ids.to), backend: backendIn(target.open({})) },
  }
  const { ledger } = await newLedger()
  const migration = (policy: Partial<MovePolicy> = {}, to = sides.to.directory) =>
    createMigration({ from: sides.from.directory, to, ledger, apps: ids, policy: { invalid: 'adapt', ...policy } })
  const moves = directoryLedger({ ledger: change(ledger), ...sides })
  const users = (more: Partial<{ readonly ledger: MoveLedger; readonly provider: ProviderOptions; readonly old: ProviderOptions }> = {}) =>
    migrating({ from: source.open(more.old ?? {}), to: target.open(more.provider ?? {}), ledger: more.ledger ?? moves })
  return { ids, source, target, sides, ledger, migration, moves, users }
}

/** A ledger behind a URL on this machine. */
export const serve = async (ledger: MoveLedger) => {
  const handle = moveLedgerHandler(ledger, { tail: true })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}
      void handle(new Request('http://127.0.0.1/', { method: request.method ?? 'GET', ...body })).then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers))
        response.end(await answer.text())
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ledger`
  return { url, ledger: remoteLedger(url), stop: () => new Promise((resolve) => server.close(resolve)) }
}
