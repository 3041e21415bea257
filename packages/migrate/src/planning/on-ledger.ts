import type { Ledger } from '../ledger/ledger.js'
import type { Finding } from '../migration.js'
import type { MovePolicy } from '../policy.js'
import { policyOn, whyForeign } from '../run/identity.js'
import { refusedState } from '../run/move-everybody.js'
import { type Planned, policyOf } from './planned.js'

/** What is planned on a ledger: by the policy of a run that goes on with it, and why it would refuse that run. */
export interface OnLedger {
  readonly policy: MovePolicy
  readonly refusals: readonly Finding[]
}

const whyRefused = async (planned: Planned, ledger: Ledger, policy: MovePolicy): Promise<string | undefined> => {
  const state = refusedState('run', await ledger.progress(), await ledger.counts())
  return state ?? whyForeign({ ...planned, ledger }, policy)
}

/** Looks at the ledger, if there is one. */
export const onLedger = async (planned: Planned & { readonly ledger?: Ledger }): Promise<OnLedger> => {
  const { ledger } = planned
  if (ledger === undefined) return { policy: policyOf(planned), refusals: [] }
  const policy = await policyOn({ ...planned, ledger })
  const detail = await whyRefused(planned, ledger, policy)
  return { policy, refusals: detail === undefined ? [] : [{ severity: 'blocks', code: 'ledger', detail, users: null }] }
}
