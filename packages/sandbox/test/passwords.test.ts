import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashPassword, hashPasswordSync, verifyPassword } from '../src/passwords.js'

test.each([
  ['chosen', 'correct horse'],
  ['made up by a program', randomUUID()],
])('a password that was %s fits its own hash alone, and cannot be read from it', async (_, password) => {
  const hash = await hashPassword(password)
  expect([await verifyPassword(password, hash), await verifyPassword(`${password} `, hash), hash.includes(password)]).toEqual([
    true,
    false,
    false,
  ])
  expect(await hashPassword(password)).not.toBe(hash)
})

test('only what nobody chose is hashed at the low cost', async () => {
  const cost = (hash: string): string => hash.split('$').slice(0, -2).join(' ')
  expect(cost(await hashPassword(randomUUID()))).toBe(cost(hashPasswordSync('generated')))
  expect(cost(await hashPassword(`${randomUUID()}1`))).toBe(cost(await hashPassword('correct horse')))
  expect(cost(await hashPassword('correct horse'))).not.toBe(cost(hashPasswordSync('generated')))
})

test('a hash of generated users that an older sandbox stored still fits', async () => {
  const hash = 'scrypt$16$1$AAAAAAAAAAAAAAAAAAAAAA$CKabeh5LyIIELHQ9Xdb9Gko6MPyR83ab6Tp2X19lyz8'
  expect(await verifyPassword('generated', hash)).toBe(true)
})
