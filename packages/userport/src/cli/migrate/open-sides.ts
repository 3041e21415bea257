import type { HttpClient } from '@userport/core'
import type { MigrationOptions } from '@userport/migrate'
import { type OpenSide, openSide } from '../../directories/open-side.js'
import type { MigrateFlags } from './flags.js'
import { missingKeys } from './missing-keys.js'

export interface OpenSides {
  readonly from: OpenSide
  readonly to: OpenSide
  /** What a migration is told of them. */
  readonly options: Pick<MigrationOptions, 'from' | 'to' | 'apps' | 'userSide'>
}

/** Opens the directories of both sides. Rejects as `openSide` does, and where the admin keys are missing. */
export const openSides = async (flags: Pick<MigrateFlags, 'from' | 'to'>, http: HttpClient): Promise<OpenSides> => {
  const environment = process.env
  const from = await openSide('from', flags.from, { environment, http })
  const to = await openSide('to', flags.to, { environment, http })
  if (from.directory === null) throw missingKeys('from', from, flags.from)
  if (to.directory === null) throw missingKeys('to', to, flags.to)
  return {
    from,
    to,
    options: {
      from: from.directory,
      to: to.directory,
      apps: { from: from.app, to: to.app },
      userSide: { from: from.capabilities, to: to.capabilities },
    },
  }
}
