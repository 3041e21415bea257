import { stat } from 'node:fs/promises'
import type { User, UserError } from '@userport/core'
import { type Diagnosis, diagnose, targetOf } from '@userport/migrate'
import * as E from '#fp-ts/Either'
import type { OpenSide } from '../../directories/open-side.js'
import { asked, type ToldCall, told } from './counterpart.js'
import { type Scan, scanFolder } from './scan.js'

/** What the doctor found. */
export interface Examination extends Omit<Diagnosis, 'calls'> {
  /** Calls of old SDKs in the app's source; `null` where no source was given. */
  readonly source: null | { readonly files: number; readonly calls: readonly ToldCall[] }
}

const usersToLookAt = 200

/** The folder of `--src` is not there. */
export class NoFolder extends Error {
  override readonly name = 'NoFolder'
}

const scanned = async (folder: string): Promise<Scan> => {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() !== true) throw new NoFolder(`--src: ${folder} is not a folder.`)
  return scanFolder(folder)
}

const sampleOf = async ({ directory }: OpenSide): Promise<E.Either<UserError, readonly User[] | null>> => {
  if (directory === null) return E.right(null)
  const page = await directory.list({ limit: usersToLookAt })()
  return E.isLeft(page) ? page : E.right(page.right.users.slice(0, usersToLookAt))
}

/** What an app's code calls is what it cannot do without. */
const isMissed = ({ outcome, certain }: ToldCall): boolean => outcome === 'lost' && certain

/**
 * What becomes of an app that goes from one vendor to the other: of what it requires, of its users where their directory can be asked,
 * and of its source. Fails with what the directory fails with; rejects with `NoFolder`.
 */
export const examine = async (from: OpenSide, to: OpenSide, folder: string | undefined): Promise<E.Either<UserError, Examination>> => {
  const scan = folder === undefined ? null : await scanned(folder)
  const users = await sampleOf(from)
  if (E.isLeft(users)) return users
  const target = to.directory ?? undefined
  const sample =
    users.right === null || target === undefined ? {} : { sample: { users: users.right, target: await targetOf(target)(users.right) } }
  const found = scan?.calls ?? []
  const { calls, ...diagnosis } = diagnose({
    from,
    to,
    requires: [...new Set([...from.requires, ...to.requires])],
    calls: found.map((call) => asked(to.vendor, call)),
    ...sample,
  })
  const toldCalls = calls.flatMap((call, at) => {
    const source = found[at]
    return source === undefined ? [] : [told(to.vendor, source, call)]
  })
  return E.right({
    ...diagnosis,
    verdict: toldCalls.some(isMissed) ? 'blocked' : diagnosis.verdict,
    source: scan === null ? null : { files: scan.files, calls: toldCalls },
  })
}
