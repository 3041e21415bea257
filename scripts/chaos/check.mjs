// Nobody lost, nobody doubled, everything equal, nobody else touched: judged by what both servers hold, never by what a run says of itself.
import { isDeepStrictEqual } from 'node:util'

export const origin = 'migratedFrom'

// What each target signs people in with, and which usernames it takes.
const targets = {
  kinvey: { byEmail: false, takes: (username) => username.trim() !== '', tellsVerified: true, keepsBirth: true },
  kii: { byEmail: true, takes: (username) => /^[a-zA-Z0-9_.-]{3,64}$/.test(username), tellsVerified: false, keepsBirth: false },
}

const nameAt = ({ username, email, phone }, { byEmail }) => username ?? (byEmail ? undefined : (email ?? phone))
const folded = (name) => name?.normalize('NFKC').toLowerCase()

const grouped = (values, key) => {
  const groups = new Map()
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value])
  return groups
}

/** A username that is an address becomes the address where the target takes no such username and signs people in by address. */
const asAtTarget = (source, rules) => {
  const isAddress = rules.byEmail && source.email === undefined && /^[^@\s]+@[^@\s]+$/.test(source.username ?? '')
  return isAddress ? { ...source, username: undefined, email: source.username } : source
}

const compared = ['email', 'phone', 'displayName', 'country', 'locale', 'disabled']

/** The fields in which somebody at the target is not who is at the source. */
const differences = (person, target, { rules, sourceVendor, mayBeRenamed }) => {
  const source = asAtTarget(person, rules)
  const { [origin]: _, ...attributes } = target.attributes
  const wrong = compared.filter((field) => source[field] !== target[field])
  const wanted = nameAt(source, rules)
  if (!source.anonymous && wanted !== undefined && !mayBeRenamed && target.username !== wanted) wrong.push('username')
  if (!source.anonymous && wanted !== undefined && target.username === undefined) wrong.push('username is missing')
  if (source.anonymous !== target.anonymous) wrong.push('kind')
  // Through JSON, as they travelled.
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(source.attributes)), JSON.parse(JSON.stringify(attributes)))) wrong.push('attributes')
  const toldVerified = sourceVendor !== 'monaca' && source.email !== undefined
  if (rules.tellsVerified && toldVerified && source.emailVerified !== target.emailVerified) wrong.push('emailVerified')
  return wrong
}

/** How many of a group of people with one name may be there: all of them unless a conflict leaves some behind. */
const wantedOf = (group, holder, policy) => {
  if (policy.conflicts === 'rename') return group.length
  return holder === undefined ? 1 : 0
}

/**
 * `before`: the people of both apps when the run began; `now`: the people of both apps. `gone`, where the source was changed on purpose:
 * people by id who may be at the target although the source has them no more, and whose names may have kept others from their own.
 * `toldNew`: of how many the ledger says that they count as new at the target. Answers with one line for each violation, by kind.
 */
export const violations = ({ before, now, policy, from, to, gone, toldNew = 0 }) => {
  const rules = targets[to]
  const found = { lost: [], doubled: [], different: [], strangers: [], harmed: [] }
  const bystanders = new Map(before.target.map((person) => [person.id, person]))
  const moved = grouped(
    now.target.filter(({ id }) => !bystanders.has(id)),
    ({ attributes }) => attributes[origin],
  )

  // Where the source was changed on purpose, it is not as before.
  if (gone === undefined && !isDeepStrictEqual(now.source, before.source)) found.harmed.push('the source is not as before')
  for (const person of before.target) {
    const same = now.target.find(({ id }) => id === person.id)
    if (!isDeepStrictEqual(same, person)) found.harmed.push(`${person.id} at the target is not as before`)
  }
  const sourceIds = new Set(now.source.map(({ id }) => id))
  for (const [id, copies] of moved) {
    if (!sourceIds.has(id) && gone?.has(id) !== true) found.strangers.push(`${copies.length} at the target from ${id}`)
    if (copies.length > 1) found.doubled.push(`${id} is there ${copies.length} times`)
  }

  const expected = now.source.filter(({ anonymous }) => !anonymous || policy.anonymous === 'move')
  const unexpected = now.source.filter(({ anonymous }) => anonymous && policy.anonymous === 'leave')
  for (const { id } of unexpected) if (moved.has(id)) found.strangers.push(`${id} should have stayed`)

  const bornAgain = []
  const gonesNames = new Set([...(gone?.values() ?? [])].map((person) => folded(nameAt(person, rules))))
  const groups = grouped(expected, (person) => folded(nameAt(person, rules)) ?? person.id)
  for (const [name, group] of groups) {
    const holder = before.target.find(({ username }) => username === name)
    const there = group.filter(({ id }) => moved.has(id))
    const wanted = group.length === 1 && holder === undefined ? 1 : wantedOf(group, holder, policy)
    const hadTwin = gonesNames.has(name)
    if (there.length < (hadTwin && policy.conflicts === 'skip' ? 0 : wanted))
      found.lost.push(...group.filter(({ id }) => !moved.has(id)).map(({ id }) => `${id} is not there`))
    if (there.length > wanted) found.strangers.push(`${there.length} of the people of one name are there, not ${wanted}`)
    for (const person of there) {
      const mayBeRenamed = hadTwin || group.length > 1 || holder !== undefined || !rules.takes(nameAt(person, rules) ?? '')
      const [copy] = moved.get(person.id)
      const wrong = differences(person, copy, { rules, sourceVendor: from, mayBeRenamed })
      if (rules.keepsBirth && person.createdAt !== copy.createdAt) bornAgain.push(person.id)
      if (wrong.length > 0) found.different.push(`${person.id}: ${wrong.join(', ')}`)
    }
  }
  // Kii tells when somebody came in its list alone: whoever is read again counts as new, and that must be said.
  if (bornAgain.length > toldNew) found.different.push(`${bornAgain.length} people: createdAt, said of ${toldNew}`)
  return found
}

/** An undo leaves what was there before, and nothing else. */
export const leftAfterUndo = (before, now) => {
  const harmed = before.filter(
    (person) =>
      !isDeepStrictEqual(
        now.find(({ id }) => id === person.id),
        person,
      ),
  )
  const left = now.filter(({ id }) => !before.some((person) => person.id === id))
  return { left: left.map(({ id }) => `${id} is still there`), harmed: harmed.map(({ id }) => `${id} is not as before`) }
}

export const countOf = (found) => Object.values(found).reduce((sum, lines) => sum + lines.length, 0)
