import { describe, it } from 'vitest'
import type { ContractMessage } from './control.js'
import { notApplicable } from './requirement.js'
import { chosenBy, topics } from './requirements.js'
import { type ContractOptions, partsOf, runRequirement } from './run-contract.js'

export interface ProviderDescription<Message extends ContractMessage = ContractMessage> extends ContractOptions<Message> {
  readonly name: string
  /** Those whose id begins so, e.g. `RST-` (default: all). For further settings of a provider that meets all of them with one. */
  readonly only?: readonly string[]
}

/**
 * Registers the contract suite as vitest tests: for what the provider's capabilities promise, that it works; for what they
 * do not, that it is refused. Call it at the top of a test file; the service must be reachable by then (top-level `await`).
 */
export const describeUserProvider = <Message extends ContractMessage>({
  name,
  only = [''],
  ...options
}: ProviderDescription<Message>): void => {
  const isChosen = chosenBy(only)
  describe(name, async () => {
    const parts = await partsOf(options)
    for (const { title, requirements } of topics) {
      const applicable = requirements.filter((requirement) => isChosen(requirement) && notApplicable(requirement, parts) === undefined)
      if (applicable.length === 0) continue
      describe(title, () => {
        for (const requirement of applicable) it(`${requirement.id} ${requirement.title}`, () => runRequirement(requirement, parts))
      })
    }
  })
}
