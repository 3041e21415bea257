import type { Requirement, Topic } from './requirement.js'
import { activeUser } from './topics/active-user.js'
import { anonymous } from './topics/anonymous.js'
import { cancellation } from './topics/cancellation.js'
import { capabilities } from './topics/capabilities.js'
import { deletion } from './topics/deletion.js'
import { faults } from './topics/faults.js'
import { input } from './topics/input.js'
import { lookup } from './topics/lookup.js'
import { merge } from './topics/merge.js'
import { password } from './topics/password.js'
import { passwordReset } from './topics/password-reset.js'
import { profile } from './topics/profile.js'
import { promises } from './topics/promises.js'
import { secrets } from './topics/secrets.js'
import { sessions } from './topics/sessions.js'
import { signingIn } from './topics/signing-in.js'
import { signingOut } from './topics/signing-out.js'
import { signingUp } from './topics/signing-up.js'
import { tabs } from './topics/tabs.js'
import { upgrade } from './topics/upgrade.js'

/** The suite by topic. */
export const topics: readonly Topic[] = [
  signingUp,
  signingIn,
  signingOut,
  activeUser,
  sessions,
  tabs,
  anonymous,
  upgrade,
  merge,
  profile,
  password,
  passwordReset,
  lookup,
  deletion,
  capabilities,
  input,
  faults,
  cancellation,
  secrets,
  promises,
]

/** Everything the suite demands, each with its stable id. */
export const requirements: readonly Requirement[] = topics.flatMap((topic) => topic.requirements)

/** Picks requirements by how their ids begin, e.g. `UPG-`. Throws for a beginning that none has: it would pass without checking anything. */
export const chosenBy = (beginnings: readonly string[]): ((requirement: Requirement) => boolean) => {
  const idle = beginnings.find((beginning) => !requirements.some(({ id }) => id.startsWith(beginning)))
  if (idle !== undefined) throw new Error(`no requirement has an id that begins with ${idle}`)
  return ({ id }) => beginnings.some((beginning) => id.startsWith(beginning))
}
