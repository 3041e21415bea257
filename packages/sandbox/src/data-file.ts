import { readFile } from 'node:fs/promises'
import type { VendorHost } from './vendor-host.js'
import type { Vendor } from './world.js'

interface StoredApp {
  readonly vendor: Vendor
  readonly appId: string
  readonly snapshot: unknown
}

/** Keeps every app of the server in one JSON file, written soon after a change and at the end. */
export interface DataFile {
  readonly changed: () => void
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/** Puts the file's apps into the hosts. A file that is not there yet is made; a broken one, and one that cannot be written, is an error. */
export async function openDataFile(file: string, hosts: ReadonlyMap<Vendor, VendorHost>, delayMs = 100): Promise<DataFile> {
  const { default: writeFileAtomic } = await import('write-file-atomic')
  // A vendor that is not served this time keeps its apps in the file.
  const unserved: StoredApp[] = []
  for (const stored of await read(file)) {
    const host = hosts.get(stored.vendor)
    if (host === undefined) unserved.push(stored)
    else restore(file, host, stored)
  }

  const save = (): Promise<void> => {
    const served = [...hosts.values()].flatMap(({ vendor, apps }) =>
      apps().map(({ world }) => ({ vendor, appId: world.appId, snapshot: world.snapshot() })),
    )
    return writeFileAtomic(file, `${JSON.stringify({ version: 1, apps: [...unserved, ...served] })}\n`).catch((error: Error) => {
      throw new Error(`${file} cannot be written: ${error.message}`, { cause: error })
    })
  }
  // Whoever wants to keep something is to hear at once that it cannot be kept.
  await save()

  let timer: NodeJS.Timeout | undefined
  let closed = false
  let writing: Promise<void> = Promise.resolve()
  return {
    changed: () => {
      if (closed) return
      timer ??= setTimeout(() => {
        timer = undefined
        // A failing write is reported by the last one, at close.
        writing = save().catch(() => undefined)
      }, delayMs)
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await writing
      await save()
    },
  }
}

function restore(file: string, host: VendorHost, { vendor, appId, snapshot }: StoredApp): void {
  try {
    host.app(appId).world.restore(snapshot)
  } catch (error) {
    throw new Error(`${file} is not a data file of the sandbox: ${vendor} app ${appId}: ${String(error)}`, { cause: error })
  }
}

async function read(file: string): Promise<readonly StoredApp[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: ${error.message}`, { cause: error })
  })
  if (text === undefined) return []
  const content = parsed(file, text)
  if (isContent(content)) return content.apps
  throw new Error(`${file} is not a data file of the sandbox: version 1 with a list of apps is needed`)
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text, and another file than meant may hold a secret.
    throw new Error(`${file} is not a data file of the sandbox: it is not valid JSON`)
  }
}

function isContent(value: unknown): value is { readonly apps: readonly StoredApp[] } {
  if (typeof value !== 'object' || value === null) return false
  return 'version' in value && value.version === 1 && 'apps' in value && Array.isArray(value.apps) && value.apps.every(isStoredApp)
}

function isStoredApp(value: unknown): value is StoredApp {
  return typeof value === 'object' && value !== null && 'vendor' in value && 'appId' in value && 'snapshot' in value
}
