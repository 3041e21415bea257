import type { CreateProvider } from './device.js'
import { type ContextParts, type Facts, inContext } from './context.js'
import type { ContractControl, ContractMessage } from './control.js'
import type { MakeValue } from './person.js'
import { notApplicable, type Requirement } from './requirement.js'
import { requirements } from './requirements.js'

export interface ContractOptions<Message extends ContractMessage = ContractMessage> {
  /** A fresh provider over the service that `control` reaches, with these options and without an active user. */
  readonly create: CreateProvider
  readonly control: ContractControl<Message>
  /** Identifiers and passwords for providers with rules of an unusual kind. */
  readonly make?: MakeValue
}

export type Verdict =
  | { readonly id: string; readonly title: string; readonly status: 'passed' }
  | { readonly id: string; readonly title: string; readonly status: 'failed'; readonly problem: string }
  /** Never counts as passed. */
  | { readonly id: string; readonly title: string; readonly status: 'not-applicable'; readonly reason: string }

/** Asks a provider what it can do. */
export const partsOf = async <Message extends ContractMessage>({ create, control, make = {} }: ContractOptions<Message>): Promise<ContextParts> => {
  const provider = await create({})
  const { capabilities, rules } = provider
  provider.close()
  return { create, control: control as unknown as ContractControl, make, capabilities, rules }
}

export const runRequirement = (requirement: Requirement, parts: ContextParts): Promise<void> => inContext(parts, requirement.run)

const verdictOn = async (requirement: Requirement, parts: ContextParts & Facts): Promise<Verdict> => {
  const { id, title } = requirement
  const reason = notApplicable(requirement, parts)
  if (reason !== undefined) return { id, title, status: 'not-applicable', reason }
  try {
    await runRequirement(requirement, parts)
    return { id, title, status: 'passed' }
  } catch (cause) {
    return { id, title, status: 'failed', problem: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** Runs the suite without a test runner, one requirement after the other. `only`: those whose id begins so, e.g. `UPG-`. */
export const runContract = async <Message extends ContractMessage>(
  options: ContractOptions<Message>,
  only: readonly string[] = [''],
): Promise<readonly Verdict[]> => {
  const parts = await partsOf(options)
  const verdicts: Verdict[] = []
  for (const requirement of requirements) {
    if (only.some((beginning) => requirement.id.startsWith(beginning))) verdicts.push(await verdictOn(requirement, parts))
  }
  return verdicts
}
