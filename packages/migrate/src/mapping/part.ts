import type { BrokenInput } from '@userport/core'
import type { LossCode } from '../losses.js'

/** One part of a user as the target takes it. `broken`: the first rule that the part broke before it was adapted. */
export interface Part<A> {
  readonly value: A
  readonly losses: readonly LossCode[]
  readonly broken: BrokenInput | undefined
}

/** A field without a text says nothing, so nothing is lost with it. */
export const said = (text: string | undefined): string | undefined => (text === undefined || text.trim() === '' ? undefined : text)
