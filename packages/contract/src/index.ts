export type { Account, ContractContext, Facts } from './context.js'
export {
  type ContractControl,
  type ContractMessage,
  type FaultKind,
  faultKinds,
  type SecondFactorKit,
  type WantedMessage,
} from './control.js'
export { describeUserProvider, type ProviderDescription } from './describe-user-provider.js'
export type { CreateProvider, Device } from './device.js'
export { ContractViolation } from './expectations.js'
export type { MakeValue, Person } from './person.js'
export { type Condition, notApplicable, type Requirement, type Topic } from './requirement.js'
export { requirements, topics } from './requirements.js'
export { type ContractOptions, type RunOptions, runContract, type Verdict } from './run-contract.js'
