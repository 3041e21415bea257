import type { Requirement, Topic } from './requirement.js'
import { activeUser } from './topics/active-user.js'
import { adoption } from './topics/adoption.js'
import { anonymous } from './topics/anonymous.js'
import { backup } from './topics/backup.js'
import { cancellation } from './topics/cancellation.js'
import { capabilities } from './topics/capabilities.js'
import { contacts } from './topics/contacts.js'
import { deletion } from './topics/deletion.js'
import { everywhere } from './topics/everywhere.js'
import { faults } from './topics/faults.js'
import { findUsers } from './topics/find-users.js'
import { identities } from './topics/identities.js'
import { input } from './topics/input.js'
import { lookup } from './topics/lookup.js'
import { merge } from './topics/merge.js'
import { password } from './topics/password.js'
import { passwordReset } from './topics/password-reset.js'
import { profile } from './topics/profile.js'
import { promises } from './topics/promises.js'
import { secondFactor } from './topics/second-factor.js'
import { secrets } from './topics/secrets.js'
import { sessions } from './topics/sessions.js'
import { signingIn } from './topics/signing-in.js'
import { signingOut } from './topics/signing-out.js'
import { signingUp } from './topics/signing-up.js'
import { suspension } from './topics/suspension.js'
import { tabs } from './topics/tabs.js'
import { tokens } from './topics/tokens.js'
import { upgrade } from './topics/upgrade.js'
import { usernames } from './topics/usernames.js'
import { verification } from './topics/verification.js'

/** The suite by topic. */
export const topics: readonly Topic[] = [
  signingUp,
  signingIn,
  secondFactor,
  tokens,
  identities,
  signingOut,
  everywhere,
  activeUser,
  adoption,
  sessions,
  tabs,
  anonymous,
  backup,
  upgrade,
  merge,
  profile,
  contacts,
  usernames,
  verification,
  password,
  passwordReset,
  lookup,
  findUsers,
  suspension,
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
