import type { Implementation, OperationContext } from '@userport/core'
import type { capabilities } from '../capabilities.js'
import type { KiiConfig } from '../config.js'
import type { KiiCalls } from '../endpoints.js'

export type Operations = Implementation<typeof capabilities>

/** What the operations are made of. */
export interface Parts extends Pick<OperationContext, 'at' | 'keep' | 'carriedOut'> {
  readonly calls: KiiCalls
  readonly config: KiiConfig
}
