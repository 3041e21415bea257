import { type AppWorld, createWorld } from './app-world.js'
import type { Emulator, Vendor, VendorRequest, VendorResponse, World } from './world.js'

/** One vendor's emulator with the apps it has so far. What it keeps of an app's types is known to `app` alone. */
export interface VendorHost<Settings extends object = object, Data extends object = object> {
  readonly vendor: Vendor
  readonly mounts: readonly string[]
  readonly emulator: Pick<
    Emulator<Settings, Data>,
    'appOf' | 'hostInPath' | 'appNotFound' | 'connection' | 'settingChoices' | 'defaultSettings'
  >
  /** The app of that id; made at its first use. */
  readonly app: (appId: string) => HostedApp<Settings, Data>
  readonly apps: () => readonly HostedApp<Settings, Data>[]
}

export interface HostedApp<Settings extends object = object, Data extends object = object> extends AppWorld<Settings, Data> {
  readonly world: World<Settings, Data>
  readonly handle: (request: VendorRequest) => Promise<VendorResponse> | VendorResponse
}

/** The host that serves a path, with the path as its emulator knows it. */
export function hostFor(hosts: Iterable<VendorHost>, received: string): { readonly host: VendorHost; readonly path: string } | undefined {
  for (const host of hosts) {
    const path = received.replace(host.emulator.hostInPath ?? '', '')
    if (host.mounts.includes(path.split('/')[1] ?? '')) return { host, path }
  }
  return undefined
}

export function createVendorHost<Settings extends object, Data extends object>(
  emulator: Emulator<Settings, Data>,
): VendorHost<Settings, Data> {
  const apps = new Map<string, HostedApp<Settings, Data>>()
  const create = (appId: string): HostedApp<Settings, Data> => {
    const app = createWorld(emulator, appId)
    const hosted = { ...app, handle: (request: VendorRequest) => emulator.handle(request, app.world) }
    apps.set(appId, hosted)
    return hosted
  }
  return {
    vendor: emulator.vendor,
    mounts: emulator.mounts,
    emulator,
    app: (appId) => apps.get(appId) ?? create(appId),
    apps: () => [...apps.values()],
  }
}
