import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SessionStore } from '../session-store.js'
import { Turns } from '../turns.js'

const fileName = (name: string): string => `${encodeURIComponent(name)}.json`

// What is older was left by a crash; what is younger may be another process at work.
const abandonedAfter = 60_000

// A session that a crash left half written must not outlive the sign-out.
const sweep = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch(() => [])
  const leftovers = names.filter((name) => /^\..+\.json\.[\w-]+\.tmp$/.test(name)).map((name) => join(folder, name))
  for (const path of leftovers) {
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > abandonedAfter) await rm(path, { force: true })
  }
}

const isMissing = (cause: unknown): boolean => (cause as { readonly code?: string }).code === 'ENOENT'

/**
 * Keeps sessions in a folder, one file a name, readable by its owner alone (mode 0600).
 * A file is replaced whole, by renaming, so that a crash leaves the old session or the new one.
 */
export const fileStore = (folder: string): SessionStore => {
  // Two writes of one name must end as the later one.
  const turns = new Turns()
  let swept = false
  const change = (work: () => Promise<void>): Promise<void> =>
    turns.run(async () => {
      if (!swept) await sweep(folder)
      swept = true
      await work()
    })
  const write = async (name: string, value: string): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const temporary = join(folder, `.${fileName(name)}.${randomUUID()}.tmp`)
    try {
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(value)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, join(folder, fileName(name)))
    } finally {
      await rm(temporary, { force: true })
    }
  }
  return {
    get: (name) =>
      turns.run(() =>
        readFile(join(folder, fileName(name)), 'utf8').catch((cause: unknown) => {
          if (isMissing(cause)) return undefined
          throw cause
        }),
      ),
    set: (name, value) => change(() => write(name, value)),
    remove: (name) => change(() => rm(join(folder, fileName(name)), { force: true })),
  }
}
