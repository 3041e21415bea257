import type { VendorName } from '@userport/core'
import type { Ledger, MoveRecord, MoveState } from '../ledger/ledger.js'
import type { MigrationPlan, MigrationStatus, RunOutcome, Verification } from '../migration.js'

/** Something that was done with a ledger. */
export interface Performed {
  /** `run`, `verify`, … */
  readonly command: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Milliseconds. */
  readonly took: number
  /** How it ended, in a word or two. */
  readonly ended: string
}

/** Ids of users at the source and the target, for a report that is asked to name them. */
export interface ReportIds {
  readonly failed: readonly UserIds[]
  readonly different: readonly UserIds[]
  readonly waiting: readonly UserIds[]
  /** At most so many of each are listed. */
  readonly most: number
}

export interface UserIds {
  readonly sourceId: string
  readonly targetId: string | null
  /** Field names or a code; never a value. */
  readonly about: string
}

/** What a report is made of. Everything but `ids` is about numbers of users. */
export interface ReportData {
  readonly from?: VendorName
  readonly to?: VendorName
  readonly status: MigrationStatus
  readonly plan?: MigrationPlan
  readonly verification?: Verification
  readonly outcome?: RunOutcome
  readonly performed?: readonly Performed[]
  /** Users per second that the limits allow at most; `null`: no limit is known. */
  readonly ceiling?: number | null
  readonly ids?: ReportIds
  /** By name, e.g. `{ userport: '1.0.0', node: '20.20.0' }`. */
  readonly versions?: Readonly<Record<string, string>>
  /** When the report was written, in milliseconds since 1970. */
  readonly at: number
}

const mostIds = 1_000

const isWaiting = ({ password }: MoveRecord): boolean => password === 'unset'

const aboutProblem = ({ problem }: MoveRecord): string => (problem === null ? '' : `${problem.code}: ${problem.detail}`)

const collected = async (
  ledger: Pick<Ledger, 'list'>,
  states: readonly MoveState[],
  wanted: (record: MoveRecord) => boolean,
): Promise<readonly UserIds[]> => {
  const found: UserIds[] = []
  let after: string | undefined
  while (found.length < mostIds) {
    const page = await ledger.list(states, { limit: mostIds, ...(after === undefined ? {} : { after }) })
    for (const record of page.filter(wanted)) {
      found.push({ sourceId: record.sourceId, targetId: record.targetId, about: aboutProblem(record) })
    }
    if (page.length < mostIds) break
    after = page[page.length - 1]?.sourceId
  }
  return found.slice(0, mostIds)
}

/** The ids that a report names when it is asked to. Rejects as the ledger does. */
export const reportIds = async (ledger: Pick<Ledger, 'list'>, verification?: Verification): Promise<ReportIds> => ({
  failed: await collected(ledger, ['failed'], () => true),
  different:
    verification?.mismatches.map(({ sourceId, targetId, fields }) => ({ sourceId, targetId, about: fields.join(', ') })) ??
    (await collected(ledger, ['created', 'verified'], ({ problem }) => problem?.code === 'mismatch')),
  waiting: await collected(ledger, ['created', 'verified'], isWaiting),
  most: mostIds,
})
