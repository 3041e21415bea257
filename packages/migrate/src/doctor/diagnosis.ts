import type { Capabilities, CapabilityName, Rules, User, VendorName } from '@userport/core'
import type { Target } from '../mapping/map-user.js'
import type { MovePolicy } from '../policy.js'

/** One vendor as an app's users meet it. */
export interface Side {
  readonly vendor: VendorName
  readonly capabilities: Capabilities
  readonly rules: Rules
}

/** A call of the old vendor's SDK that was found in an app's source. */
export interface SdkCall {
  readonly file: string
  readonly line: number
  /** As the SDK spells it, e.g. `KiiUser.authenticate`. */
  readonly call: string
  /** The operation of ours in its place; `null` where there is none. */
  readonly operation: string | null
  /** What the operation needs, where that is more than its own capability says, e.g. `signIn.email`. */
  readonly capability?: CapabilityName
}

export interface DiagnoseOptions {
  readonly from: Side
  readonly to: Side
  /** What the app needs. */
  readonly requires: readonly CapabilityName[]
  /** Some of its users, and the target as `targetOf` gives it for them. */
  readonly sample?: { readonly users: readonly User[]; readonly target: Target; readonly policy?: Partial<MovePolicy> }
  readonly calls?: readonly SdkCall[]
}

/** Something that both vendors do, each in its way. */
export interface DiagnosisRow {
  readonly area: 'capability' | 'rules' | 'users'
  /** What it is about: a capability (`passwordReset.email-link`), a field (`password`), or the code of a finding about users. */
  readonly capability: string
  /** How it is at the source and at the target, in words; empty for users. */
  readonly from: string
  readonly to: string
  readonly text: string
  /** Does the app need it? */
  readonly required: boolean
  /** Users of the sample that it is about. */
  readonly users?: number
}

/** What becomes of a call that was found. `lost`: nothing of ours takes its place at the target. */
export interface DiagnosedCall extends SdkCall {
  readonly outcome: 'works' | 'changes' | 'lost'
  readonly text: string
}

export interface Diagnosis {
  readonly from: VendorName
  readonly to: VendorName
  readonly works: readonly DiagnosisRow[]
  readonly changes: readonly DiagnosisRow[]
  readonly lost: readonly DiagnosisRow[]
  readonly calls: readonly DiagnosedCall[]
  /** How many users were looked at; `null`: none could be. */
  readonly sampled: number | null
  /** `blocked`: something that the app needs is lost. `changes`: something changes or is lost that nobody has asked for. */
  readonly verdict: 'ready' | 'changes' | 'blocked'
}
