// Two thousand people of every kind, as an app has them after some years.
import { type NewUser, type Profile, type Promises, toPromises, type UserDirectory, type UserProvider } from '@userport/core'
import { createKii } from '@userport/kii'
import type { Sides } from './sides.js'

/** Somebody whose password is known here, to sign in with after the move. */
export const ann = { username: 'ann.lee', password: 'correct horse 7', points: 4_711 }

const profileOf = (index: number): Profile => ({
  displayName: `Person ${index}`,
  country: index % 3 === 0 ? 'JP' : 'DE',
  locale: index % 3 === 0 ? 'ja' : 'de',
  attributes: { points: index, settings: { theme: index % 2 === 0 ? 'dark' : 'light', tags: ['early', `level-${index % 7}`] } },
})

/** By turns: who has which identifiers, and who was barred. */
const kinds: readonly ((index: number) => NewUser)[] = [
  (index) => ({ identifiers: { username: `person-${index}`, email: `person-${index}@example.com` }, verified: { email: true } }),
  (index) => ({ identifiers: { username: `person-${index}` } }),
  (index) => ({ identifiers: { email: `person-${index}@example.com` }, verified: { email: true } }),
  (index) => ({ identifiers: { phone: `+8190${10_000_000 + index}` }, verified: { phone: true } }),
  (index) => ({ identifiers: { username: `person-${index}`, phone: `+8190${10_000_000 + index}` } }),
  // Anonymous: only their device can say who they are.
  () => ({}),
]

const atOnce = 16

/** Registers that many, `ann` among them. */
export const register = async (kii: Promises<UserDirectory>, sides: Sides, count: number): Promise<void> => {
  const { site, appId, appKey } = sides.kii
  const app: Promises<Pick<UserProvider, 'signUp'>> = toPromises(createKii({ site, appId, appKey }))
  await app.signUp({
    identifiers: { username: ann.username, email: 'ann@example.com' },
    password: ann.password,
    profile: { displayName: 'Ann Lee', attributes: { points: ann.points } },
  })
  const left = Array.from({ length: count - 1 }, (_, index) => index).values()
  const work = async (): Promise<void> => {
    for (const index of left) {
      const kind = kinds[index % kinds.length]
      const { id } = await kii.create({ ...kind?.(index), profile: profileOf(index) })
      if (index % 40 === 1) await kii.suspend(id)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
