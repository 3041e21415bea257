// The app. It never names a vendor: what it may do, it asks the capabilities.
import { hasCapability, isUserError, toPromises, type UserProvider } from '@userport/core'

/** What happened at one step, in the same words for every vendor. */
export interface Step {
  readonly step: string
  readonly outcome: string
}

export interface Surroundings {
  /** A new provider on the same session store: what the app does when it starts. */
  readonly start: () => Promise<UserProvider>
  /** The newest message to this person, as the person reads it. */
  readonly readMail: () => Promise<{ readonly code?: string; readonly link?: string }>
}

const open = async ({ start }: Surroundings) => toPromises(await start())

type Users = Awaited<ReturnType<typeof open>>

const random = (): string => Math.random().toString(36).slice(2, 10)

const signUp = async (users: Users, username: string, password: string): Promise<string> => {
  const user = await users.signUp({
    identifiers: { username, email: `${username}@example.com`, phone: `+8190${Math.floor(10_000_000 + Math.random() * 89_999_999)}` },
    password,
    profile: { displayName: 'Alice', attributes: { level: 7 } },
  })
  return `${user.kind}, signed in`
}

const restart = async (users: Users, username: string): Promise<string> => {
  const before = users.state().status
  const user = await users.restore()
  return user?.username === username && user.attributes.level === 7 ? `${before} → same user, level kept` : 'LOST'
}

const signOut = async (users: Users): Promise<string> => {
  const { server } = await users.signOut()
  return server === 'revoked' ? 'session revoked on the server' : 'signed out here, token lives on'
}

const anonymous = async (users: Users): Promise<string> => {
  const first = await users.signInAnonymously({ attributes: { basket: ['tea'] } })
  const again = await users.signInAnonymously()
  const { anonymous: facts } = users.capabilities
  return first.id === again.id && facts !== false ? `same id twice, keeps its ${facts.custody}` : 'NOT THE SAME'
}

const failedUpgrade = async (users: Users, taken: string, password: string): Promise<string> => {
  const before = users.activeUser()
  try {
    await users.upgrade({ identifiers: { username: taken }, password })
    return 'WAS NOT REFUSED'
  } catch (error) {
    if (!isUserError(error, 'IdentifierTaken')) throw error
    const after = await users.refresh()
    const unharmed =
      after.id === before?.id && after.kind === 'anonymous' && JSON.stringify(after.attributes) === JSON.stringify(before.attributes)
    return unharmed ? 'refused: taken; nothing lost' : 'LOST'
  }
}

const upgrade = async (users: Users, username: string, password: string): Promise<string> => {
  const { user, identity } = await users.upgrade({ identifiers: { username, email: `${username}@example.com` }, password })
  return `id ${identity}, basket ${JSON.stringify(user.attributes.basket) === '["tea"]' ? 'kept' : 'LOST'}`
}

const changeProfile = async (users: Users): Promise<string> => {
  await users.updateProfile({ set: { level: 8, theme: 'dark' } })
  if (!hasCapability(users.capabilities, 'attributeRemoval')) {
    const { attributes } = await users.updateProfile({ set: { theme: null } })
    return attributes.level === 8 ? 'set; no removal here, null instead' : 'LOST'
  }
  const { attributes } = await users.updateProfile({ remove: ['theme'] })
  return attributes.level === 8 && !('theme' in attributes) ? 'set and removed' : 'LOST'
}

const resetPassword = async (
  users: Users,
  surroundings: Surroundings,
  username: string,
  newPassword: string,
): Promise<readonly [string, string]> => {
  const wished = hasCapability(users.capabilities, 'passwordReset.sms-code') ? { channel: 'sms-code' as const } : {}
  const ticket = await users.requestPasswordReset({ identifier: { username }, ...wished })
  const requested = `${ticket.channel}; sessions revoked ${ticket.sessionsEnd === 'unknown' ? 'or not: unknown' : ticket.sessionsEnd.replace('-', ' ')}`
  const { code, link } = await surroundings.readMail()
  if (ticket.completion === 'in-app') {
    const { user } = await users.completePasswordReset({ ticket, code: code ?? '', newPassword })
    return [requested, `completed in app by ${ticket.channel === 'sms-code' ? 'PIN' : 'token'}${user === null ? '' : '; signed in by it'}`]
  }
  await users.completePasswordReset({ link: await users.parseResetLink(link ?? ''), newPassword })
  return [requested, 'completed on own page by link']
}

const signInAgain = async (users: Users, username: string, oldPassword: string, newPassword: string): Promise<string> => {
  if (users.activeUser()) await users.signOut()
  const old = await users.signIn({ identifier: { username }, password: oldPassword }).then(
    () => 'WORKS',
    () => 'refused',
  )
  const user = await users.signIn({ identifier: { username }, password: newPassword })
  return `old password ${old}, new one ${user.username === username ? 'works' : 'FAILS'}`
}

const remove = async (users: Users, username: string, password: string): Promise<string> => {
  await users.deleteUser({ password })
  const again = await users.signIn({ identifier: { username }, password }).then(
    () => 'STILL THERE',
    () => 'gone',
  )
  return `${again}; ${users.state().status}`
}

/** Everything an app does with its users, from sign-up to deletion. */
export const tour = async (surroundings: Surroundings): Promise<readonly Step[]> => {
  const [alice, bob, password, newPassword] = [`alice-${random()}`, `bob-${random()}`, `first-${random()}`, `second-${random()}`]
  const steps: Step[] = []
  const did = (step: string, outcome: string): void => void steps.push({ step, outcome })

  let users = await open(surroundings)
  did('sign up', await signUp(users, alice, password))
  users.close()
  users = await open(surroundings)
  did('restart, restore', await restart(users, alice))
  did('sign out', await signOut(users))
  did('sign in anonymously', await anonymous(users))
  did('upgrade to a taken name', await failedUpgrade(users, alice, password))
  did('upgrade to a free name', await upgrade(users, bob, password))
  did('change the profile', await changeProfile(users))
  await users.signOut()
  const [requested, completed] = await resetPassword(users, surroundings, alice, newPassword)
  did('request a password reset', requested)
  did('complete it', completed)
  did('sign in afterwards', await signInAgain(users, alice, password, newPassword))
  did('delete the user', await remove(users, alice, newPassword))
  users.close()
  return steps
}
