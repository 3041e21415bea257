import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SessionStore } from '../session-store.js'

const fileName = (name: string): string => `${encodeURIComponent(name)}.json`

const isMissing = (cause: unknown): boolean => (cause as { readonly code?: string }).code === 'ENOENT'

/**
 * Keeps sessions in a folder, one file a name, readable by its owner alone (mode 0600).
 * A file is replaced whole, by renaming, so that a crash leaves the old session or the new one.
 */
export const fileStore = (folder: string): SessionStore => {
  let writes = Promise.resolve()
  let serial = 0
  // In order: two writes of one name must end as the later one.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = writes.then(work)
    writes = mine.catch(() => undefined)
    return mine
  }
  const write = async (name: string, value: string): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    serial += 1
    const temporary = join(folder, `.${fileName(name)}.${process.pid}.${serial}`)
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(value)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(temporary, 0o600)
    await rename(temporary, join(folder, fileName(name)))
  }
  return {
    get: async (name) => {
      await writes
      return readFile(join(folder, fileName(name)), 'utf8').catch((cause: unknown) => {
        if (isMissing(cause)) return undefined
        throw cause
      })
    },
    set: (name, value) => inTurn(() => write(name, value)),
    remove: (name) => inTurn(() => rm(join(folder, fileName(name)), { force: true })),
  }
}
