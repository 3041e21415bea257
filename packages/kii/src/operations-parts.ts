import type { At, Implementation } from '@userport/core'
import type { capabilities } from './capabilities.js'
import type { KiiConfig } from './config.js'
import type { KiiCalls } from './endpoints.js'

export type Operations = Implementation<typeof capabilities>

/** What the operations are made of. */
export interface Parts {
  readonly calls: KiiCalls
  readonly at: At
  readonly config: KiiConfig
}
