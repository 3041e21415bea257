import { type ContextParts, inContext } from './context.js'
import type { ContractControl, ContractMessage } from './control.js'
import type { CreateProvider } from './device.js'
import { ContractViolation } from './expectations.js'
import type { MakeValue } from './person.js'
import { notApplicable, type Requirement } from './requirement.js'
import { chosenBy, requirements } from './requirements.js'

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
export const partsOf = async <Message extends ContractMessage>({
  create,
  control,
  make = {},
}: ContractOptions<Message>): Promise<ContextParts> => {
  const provider = await create({})
  const { capabilities, rules } = provider
  provider.close()
  return { create, control: control as unknown as ContractControl, make, capabilities, rules }
}

export const runRequirement = (requirement: Requirement, parts: ContextParts): Promise<void> => inContext(parts, requirement.run)

const inTime = async (milliseconds: number, run: Promise<void>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ContractViolation(`did not end within ${milliseconds} ms`)), milliseconds)
  })
  return Promise.race([run, late]).finally(() => clearTimeout(timer))
}

const verdictOn = async (requirement: Requirement, parts: ContextParts, timeLimit: number): Promise<Verdict> => {
  const { id, title } = requirement
  const reason = notApplicable(requirement, parts)
  if (reason !== undefined) return { id, title, status: 'not-applicable', reason }
  try {
    await inTime(timeLimit, runRequirement(requirement, parts))
    return { id, title, status: 'passed' }
  } catch (cause) {
    return { id, title, status: 'failed', problem: cause instanceof Error ? cause.message : String(cause) }
  }
}

export interface RunOptions {
  /** Those whose id begins so, e.g. `UPG-` (default: all). */
  readonly only?: readonly string[]
  /** Milliseconds for each requirement (default 10,000). */
  readonly timeLimit?: number
}

/** Runs the suite without a test runner, one requirement after the other: for reports, and for tests of the suite itself. */
export const runContract = async <Message extends ContractMessage>(
  options: ContractOptions<Message>,
  { only = [''], timeLimit = 10_000 }: RunOptions = {},
): Promise<readonly Verdict[]> => {
  const parts = await partsOf(options)
  const verdicts: Verdict[] = []
  for (const requirement of requirements.filter(chosenBy(only))) verdicts.push(await verdictOn(requirement, parts, timeLimit))
  return verdicts
}
