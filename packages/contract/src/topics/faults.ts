import type { ErrorTag } from '@userport/core'
import { type Attempt, applies } from '../attempt.js'
import { attempts } from '../attempts.js'
import { type ContractContext, sessionWorks } from '../context.js'
import { type FaultKind, faultKinds } from '../control.js'
import { everythingTold, isStale, storedSecrets } from '../device.js'
import { check, leftOf, same } from '../expectations.js'
import { hides } from '../reachable-text.js'
import type { Requirement, Topic } from '../requirement.js'

const answers = new Set<FaultKind>(['unavailable', 'rateLimited', 'html', 'shape'])
/** Milliseconds that an operation is given: plenty where an answer comes, for the tag must then be the answer's, on a slow machine too. */
const patienceFor = (kind: FaultKind): number => (answers.has(kind) ? 2_000 : 120)
/** How much longer it may take on a slow machine. */
const slack = 2_000

const expected: Readonly<Record<FaultKind, readonly ErrorTag[]>> = {
  offline: ['Network', 'Timeout'],
  hang: ['Timeout'],
  unavailable: ['Unavailable', 'Timeout'],
  rateLimited: ['RateLimited'],
  html: ['Protocol'],
  shape: ['Protocol'],
  truncated: ['Network', 'Protocol', 'Timeout'],
  replyLost: ['Network', 'Timeout'],
}

const serverActs = (kind: FaultKind): boolean => kind === 'truncated' || kind === 'replyLost'
const certain: readonly FaultKind[] = ['unavailable', 'rateLimited']

const tagsFor = (kind: FaultKind, { effect }: Attempt): readonly ErrorTag[] =>
  effect === 'read' || certain.includes(kind) ? expected[kind] : [...expected[kind], 'OutcomeUnknown']

const meets = async (context: ContractContext, attempt: Attempt, kind: FaultKind): Promise<void> => {
  const { device, call, secrets } = await attempt.prepare(context)
  const { provider, store } = device
  const hidden = [...secrets, ...storedSecrets(store)]
  const before = provider.activeUser()
  const patience = patienceFor(kind)
  const started = Date.now()
  const outcome = await context.during(kind, () => call({ deadline: patience })())
  check(Date.now() - started < patience + slack, `must end within ${patience} ms, took ${Date.now() - started}`)
  hides([outcome, everythingTold(device)], [...hidden, ...storedSecrets(store)], 'what is answered and told')

  if (attempt.operation === 'signOut') {
    same(outcome._tag, 'Right', 'outcome')
    return same(provider.state(), { status: 'signedOut' }, 'state')
  }
  if (attempt.operation === 'restore') {
    same(outcome._tag, 'Right', 'outcome')
    check(isStale(provider.state()), 'the stored user must stay, marked stale')
  } else {
    const error = leftOf(outcome, ...tagsFor(kind, attempt))
    same({ operation: error.operation, vendor: error.vendor }, { operation: attempt.operation, vendor: provider.vendor }, 'error')
    if (!serverActs(kind)) check(!error.accountCreated && !error.carriedOut, 'nothing was carried out')
    if (error._tag === 'RateLimited') same(error.retryAfter, 7, 'retryAfter')
    same(provider.activeUser()?.id, before?.id, 'active user')
  }
  if (!serverActs(kind) || attempt.effect !== 'ends') {
    if (provider.activeUser()) await sessionWorks(device)
  }
}

const under = (kind: FaultKind, attempt: Attempt): Requirement => ({
  id: `FLT-${kind}.${attempt.operation}`,
  title: `${attempt.operation}, ${kind}: an error that says so, in time, without a secret, and the session is kept`,
  ...applies(attempt),
  run: (context) => meets(context, attempt, kind),
})

export const faults: Topic = {
  title: 'faults',
  requirements: faultKinds.flatMap((kind) => attempts.map((attempt) => under(kind, attempt))),
}
