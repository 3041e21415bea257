import { once, setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { openDataFile } from './data-file.js'
import { createHttpApp } from './http-app.js'
import { randomHex } from './random-ids.js'
import { createVendorHost, type VendorHost } from './vendor-host.js'
import { createVendorListener } from './vendor-listener.js'
import { allVendors, type DataOf, loadEmulator, type SettingsOf } from './vendors.js'
import type { Vendor, World } from './world.js'

export interface SandboxOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Which vendors to serve (default: all). */
  readonly vendors?: readonly Vendor[]
  /** A JSON file that keeps every app over a restart. */
  readonly dataFile?: string
  /** Serve https with a certificate made at the start (default: plain http). */
  readonly tls?: boolean
}

/** A running sandbox: one listener on 127.0.0.1 for all chosen vendors. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`, or `https://…` */
  readonly origin: string
  /** With `tls`: the server's certificate in PEM, which a client trusts as its certificate authority. */
  readonly certificate?: string
  /** The app of that id, in process: its settings, clock, outbox, faults and users. Made at its first use. */
  readonly app: <V extends Vendor>(vendor: V, appId: string) => World<SettingsOf<V>, DataOf<V>>
  /** What an app is configured with to use this server, and an operator's keys; without an id, for an app nobody has used. */
  readonly connection: (vendor: Vendor, appId?: string) => Readonly<Record<string, string>>
  /** Ends every connection at once, also hanging ones. */
  readonly stop: () => Promise<void>
}

type Hosts = { -readonly [V in Vendor]?: VendorHost<SettingsOf<V>, DataOf<V>> }

/** Starts the vendors' servers. Fails if the port is taken, or the data file is broken or cannot be written. */
export async function startSandbox({ port = 0, vendors = allVendors, dataFile, tls = false }: SandboxOptions = {}): Promise<Sandbox> {
  const hosts: Hosts = {}
  await Promise.all(vendors.map((vendor) => addHost(hosts, vendor)))
  const hostOf = <V extends Vendor>(vendor: V): NonNullable<Hosts[V]> => {
    const host = hosts[vendor]
    if (host === undefined) throw new Error(`this sandbox does not serve ${vendor}`)
    return host
  }
  const byName = new Map(vendors.map((vendor): [Vendor, VendorHost] => [vendor, hostOf(vendor)]))
  const file = dataFile === undefined ? undefined : await openDataFile(dataFile, byName)

  const stopping = new AbortController()
  // Every reply that a fault holds back listens to it.
  setMaxListeners(0, stopping.signal)
  const options = { hosts: byName, origin: () => origin, stopping: stopping.signal, onChange: () => file?.changed() }
  const vendorListener = createVendorListener(options)
  // The host process keeps its own Request and Response.
  const otherListener = getRequestListener(createHttpApp(options).fetch, { overrideGlobalObjects: false })
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const vendor = incoming.method === 'OPTIONS' ? undefined : vendorListener(incoming.url ?? '/')
    // Only a client that left before its request was read makes this fail.
    void (vendor ?? otherListener)(incoming, outgoing).catch(() => outgoing.destroy())
  }
  const secure = tls ? await import('./tls.js') : undefined
  const certificate = await secure?.selfSignedCertificate()
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener)
  secure?.makeResettable(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`

  const stop = async (): Promise<void> => {
    stopping.abort()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    await file?.close()
  }
  let stopped: Promise<void> | undefined

  return {
    origin,
    ...(certificate && { certificate: certificate.cert }),
    app: (vendor, appId) => hostOf(vendor).app(appId).world,
    connection: (vendor, appId = `app-${randomHex(12)}`) => hostOf(vendor).emulator.connection(origin, appId),
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

async function addHost<V extends Vendor>(hosts: Hosts, vendor: V): Promise<void> {
  hosts[vendor] = createVendorHost(await loadEmulator[vendor]()) as Hosts[V]
}
