// People of every kind that a source may have.

const names = ['Ann', 'Zoë Ødegård', '山田 花子', 'Мария', 'O’Neill “the 3rd”', 'נועה', '🦊 Fox', 'x'.repeat(50)]

const attributesOf = ({ between, chance, maybe, letters, pick }) => ({
  points: between(-5, 100_000),
  ...maybe(0.5, () => ({ note: pick(['', 'null', '"quoted"', 'a\nb\tc', '<b>&amp;</b>', letters(400)]) })),
  ...maybe(0.4, () => ({ ratio: between(0, 1_000) / 7, active: chance(0.5) })),
  ...maybe(0.4, () => ({ address: { street: letters(9), lines: [letters(3), { floor: between(0, 9), door: null }], empty: {} } })),
  ...maybe(0.3, () => ({ tags: Array.from({ length: between(0, 4) }, () => letters(5)) })),
})

const profileOf = (random) => ({
  ...random.maybe(0.8, () => ({ displayName: random.pick(names) })),
  ...random.maybe(0.6, () => ({ country: random.pick(['JP', 'US', 'DE']) })),
  ...random.maybe(0.6, () => ({ locale: random.pick(['ja', 'en-US', 'de']) })),
  attributes: attributesOf(random),
})

const defined = (person) => Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined))

const usernames = {
  kii: ({ letters, pick }) => pick([letters(9), `${letters(5)}.${letters(3)}`, `${letters(3)}_${letters(6)}`]),
  kinvey: ({ letters, pick }) => pick([letters(9), `${letters(4)} ${letters(5)}`, `${letters(6)}@${letters(4)}.example`, `ü${letters(8)}`]),
  monaca: ({ letters, pick }) => pick([letters(9), `${letters(6)}@${letters(4)}.example`, `ö${letters(8)}`]),
}

/** Somebody nobody else is like: identifiers are one person's alone, unless `username` is given. */
export const randomPerson = (vendor, random, { username } = {}) => {
  const mayBeDisabled = vendor !== 'monaca'
  const profile = profileOf(random)
  if (username === undefined && random.chance(0.15)) return { ...profile, anonymous: true, disabled: false }
  const address = () => `${random.letters(10)}@example.com`
  const number = () => `+8190${random.between(10_000_000, 99_999_999)}`
  const named = username ?? (vendor === 'kii' ? random.maybe(0.7, () => usernames.kii(random)) : usernames[vendor](random))
  const email = random.maybe(0.6, address)
  const phone = random.maybe(0.4, number)
  const found = named ?? email ?? phone
  return defined({
    ...profile,
    username: found === undefined ? usernames[vendor](random) : named,
    email,
    phone,
    emailVerified: vendor === 'kinvey' && email !== undefined ? random.chance(0.5) : undefined,
    anonymous: false,
    disabled: mayBeDisabled && random.chance(0.1),
  })
}

/** So many people, among them some whose names differ in case alone. */
export const population = (vendor, random, count) => {
  const people = Array.from({ length: count }, () => randomPerson(vendor, random))
  const twins = Array.from({ length: 2 }, () => random.letters(8)).flatMap((name) => [name, name.toUpperCase()])
  return [...people, ...twins.map((username) => randomPerson(vendor, random, { username }))]
}

/** Those who are at the target already and shall not notice anything; the first have names that somebody of the source has too. */
export const bystanders = (vendor, random, people) => {
  const taken = people.flatMap(({ username }) => (/^[a-z]{9}$/.test(username ?? '') ? [username] : [])).slice(0, 2)
  const named = taken.map((username) => ({ ...randomPerson(vendor, random, { username }), email: undefined, phone: undefined }))
  return [...named.map(defined), ...Array.from({ length: 8 }, () => randomPerson(vendor, random))]
}
