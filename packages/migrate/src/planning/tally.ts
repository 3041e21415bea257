import type { User } from '@userport/core'
import type { LossCode } from '../losses.js'
import { losses as lossTexts } from '../losses.js'
import type { Mapped, Target } from '../mapping/map-user.js'
import type { Finding, MigrationPlan } from '../migration.js'
import type { MovePolicy } from '../policy.js'
import { creatingCalls } from './calls-per-user.js'

type Told = Omit<Finding, 'users'>

const order: readonly Finding['severity'][] = ['blocks', 'loses', 'changes', 'notes']

/** What is the same to the person in the end, only otherwise. All other losses are losses. */
const onlyChanged: ReadonlySet<LossCode> = new Set<LossCode>([
  'password-not-moved',
  'id-replaced',
  'username-made-up',
  'email-is-username',
  'phone-is-username',
  'username-is-email',
  'username-renamed',
  'username-adapted',
  'phone-rewritten',
  'email-unverified',
  'phone-unverified',
  'profile-adapted',
  'attribute-renamed',
  'created-at-changed',
])

/** An app may use names as data: so many different findings, and no more. */
const mostDetails = 500

const held: { readonly [Choice in MovePolicy['conflicts'] | MovePolicy['invalid']]: Finding['severity'] } = {
  fail: 'blocks',
  skip: 'loses',
  link: 'changes',
  rename: 'changes',
  adapt: 'changes',
}

const anonymous = {
  leave: {
    severity: 'notes',
    code: 'anonymous',
    detail: 'Without a login, so they stay; `migrating` carries each over when its device comes.',
  },
  move: {
    severity: 'changes',
    code: 'anonymous',
    detail: 'Without a login: a placeholder is made, which only `migrating` can give back to its device.',
  },
} as const

/** So many fields that only the vendor knows are named. */
const mostFields = 30

/** Adds up what a plan says of users, in constant memory. */
export class Tally {
  readonly #policy: MovePolicy
  readonly #target: Pick<Target, 'capabilities'>
  readonly #counts = new Map<string, { readonly told: Told; users: number }>()
  readonly #kinds = { registered: 0, anonymous: 0, disabled: 0 }
  readonly #vendorFields = new Set<string>()
  #users = 0
  #moving = 0
  #calls = 0

  constructor(policy: MovePolicy, target: Pick<Target, 'capabilities'>) {
    this.#policy = policy
    this.#target = target
  }

  get users(): number {
    return this.#users
  }

  get kinds(): MigrationPlan['kinds'] {
    return { ...this.#kinds }
  }

  /** Requests that making the users takes, and how many are to be made. */
  get created(): { readonly calls: number; readonly users: number } {
    return { calls: this.#calls, users: this.#moving }
  }

  /** One more user, and what becomes of it. */
  addUser(user: User, mapped: Mapped): void {
    this.#users += 1
    this.#kinds[user.kind] += 1
    if (user.status === 'disabled') this.#kinds.disabled += 1
    if (user.kind === 'anonymous') this.#add(anonymous[this.#policy.anonymous])
    for (const fields of Object.values(user.vendorData))
      for (const name of Object.keys(fields)) if (this.#vendorFields.size < mostFields) this.#vendorFields.add(name)
    if (mapped.decision === 'leave') return
    if (mapped.decision !== 'move') {
      this.#addProblem(mapped)
      return
    }
    this.#moving += 1
    this.#calls += creatingCalls(this.#target.capabilities, mapped)
    for (const code of mapped.losses) this.#add({ severity: onlyChanged.has(code) ? 'changes' : 'loses', code, detail: lossTexts[code] })
  }

  /** An identifier that somebody else has: at the target, or at the source with other letters. */
  addConflict(code: 'conflict' | 'twin', kinds: readonly string[]): void {
    const where = code === 'twin' ? 'like that of another user of the source' : 'taken at the target'
    const signIn: readonly string[] = this.#target.capabilities.signIn.identifiers
    // Another username does not help whoever signs in with an address that is taken.
    const isStuck = this.#policy.conflicts === 'rename' && kinds.some((kind) => kind !== 'username' && signIn.includes(kind))
    this.#add({ severity: isStuck ? 'loses' : held[this.#policy.conflicts], code, detail: `${kinds.join(', ')}: ${where}` })
  }

  /** With the findings about everybody, the gravest first. */
  findings(general: readonly Finding[] = []): readonly Finding[] {
    const counted = [...this.#counts.values()].map(({ told, users }): Finding => ({ ...told, users }))
    const rank = ({ severity }: Finding): number => order.indexOf(severity)
    const byDetail = (a: Finding, b: Finding): number => (a.detail < b.detail ? -1 : 1)
    counted.sort((a, b) => (b.users ?? 0) - (a.users ?? 0) || byDetail(a, b))
    return [...general, ...counted, ...this.#leftBehind()].sort((a, b) => rank(a) - rank(b))
  }

  /** What the vendor keeps of a user beside what all vendors have has no place elsewhere. */
  #leftBehind(): readonly Finding[] {
    if (this.#vendorFields.size === 0) return []
    const names = [...this.#vendorFields].sort().join(', ')
    return [{ severity: 'notes', code: 'vendor-data', detail: `Fields of the vendor’s own stay behind: ${names}.`, users: null }]
  }

  #addProblem({ decision, problem: { code, detail } }: Extract<Mapped, { readonly problem: unknown }>): void {
    if (code === 'disabled-not-carried') this.#add({ severity: 'loses', code, detail })
    else if (code === 'capability') this.#add({ severity: 'blocks', code, detail })
    else this.#add({ severity: decision === 'fail' ? 'blocks' : 'loses', code: 'invalid', detail })
  }

  #add(told: Told): void {
    const keyOf = ({ severity, code, detail }: Told): string => `${severity} ${code} ${detail}`
    const isKnown = this.#counts.has(keyOf(told)) || this.#counts.size < mostDetails
    const counted = isKnown ? told : { ...told, detail: 'and others' }
    const count = this.#counts.get(keyOf(counted)) ?? { told: counted, users: 0 }
    count.users += 1
    this.#counts.set(keyOf(counted), count)
  }
}
