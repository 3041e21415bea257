import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { exitCodes } from '../exit-codes.js'
import type { MigrateFlags } from './flags.js'
import { ledgerUrl, pathOf } from './ledger-file.js'
import type { Ending } from './output.js'

const statOf = (path: string) => statSync(path, { throwIfNoEntry: false })

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() === true

const whyLocked = (file: string, path: string): string | undefined => {
  try {
    accessSync(path, constants.W_OK)
    return undefined
  } catch {
    return `“${file}” may not be written.`
  }
}

const whyNoPlace = (file: string, ledger: string | null): string | undefined => {
  const path = resolve(file)
  if (path === ledger) return `“${file}” is the ledger; another file is needed.`
  if (!isFolder(dirname(path))) return `The folder of ${file} does not exist.`
  return isFolder(path) ? `“${file}” is a folder; a file is needed.` : undefined
}

const isForeign = (path: string): boolean => {
  const [stat, user] = [statOf(path), process.geteuid?.() ?? 0]
  return stat?.isFile() === true && user !== 0 && stat.uid !== user
}

// It is written into the file that is there, which keeps its owner.
const whyNoPage = (file: string, ledger: string | null, withIds: boolean): string | undefined => {
  const path = resolve(file)
  const foreign = withIds && isForeign(path) ? `“${file}” belongs to somebody else; another file is needed for ids.` : undefined
  return whyNoPlace(file, ledger) ?? whyLocked(file, existsSync(path) ? path : dirname(path)) ?? foreign
}

// It takes the place of the file that is there, or removes it.
const whyNoList = (file: string, ledger: string | null): string | undefined => {
  const path = resolve(file)
  const special = statOf(path)?.isFile() === false ? `“${file}” is no ordinary file; another file is needed.` : undefined
  return whyNoPlace(file, ledger) ?? special ?? whyLocked(file, dirname(path))
}

/** What a command leaves behind. */
interface Leaving {
  readonly page?: string | undefined
  readonly retryFile?: string | undefined
}

const whyUnwritable = ({ page, retryFile }: Leaving, ledger: string | null, withIds: boolean): string | undefined => {
  if (page !== undefined && retryFile !== undefined && resolve(page) === resolve(retryFile))
    return `“${page}” is where users to look after are listed; another file is needed.`
  const noPage = page === undefined ? undefined : whyNoPage(page, ledger, withIds)
  return noPage ?? (retryFile === undefined ? undefined : whyNoList(retryFile, ledger))
}

/** A file that cannot be written is told before anything is done. */
export const unwritable = (flags: MigrateFlags, leaving: Leaving): Ending | undefined => {
  const message = whyUnwritable(leaving, pathOf(ledgerUrl(flags, process.env)), flags.withIds === true)
  if (message === undefined) return undefined
  return { code: exitCodes.failed, result: { status: 'failed', error: { tag: 'Folder', message } }, text: message }
}
