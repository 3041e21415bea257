import { createRequire } from 'node:module'
import { type Ledger, type MigrationStatus, type ReportData, renderReport, reportIds } from '@userport/migrate'
import { writeFile } from './write-file.js'

const { version } = createRequire(import.meta.url)('../../../package.json') as { readonly version: string }

export const statusOf = async (ledger: Ledger): Promise<MigrationStatus> => ({
  progress: await ledger.progress(),
  counts: await ledger.counts(),
  samples: await ledger.samples(),
})

/** Writes the page about a ledger, with what else is known. */
export const writePage = async (
  file: string,
  ledger: Ledger,
  { withIds = false, ...more }: Partial<ReportData> & { readonly withIds?: boolean | undefined } = {},
): Promise<void> => {
  const { from, to } = (await ledger.identity()) ?? {}
  const page = renderReport({
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    status: await statusOf(ledger),
    versions: { userport: version, Node: process.versions.node, ledger: ledger.engine },
    at: Date.now(),
    ...more,
    ...(withIds ? { ids: await reportIds(ledger, more.verification) } : {}),
  })
  // Ids are personal data.
  await writeFile(file, page, withIds ? { mode: 0o600 } : {})
}
