import { toPromises } from '@userport/core'
import { createKii, createKiiBackend } from '@userport/kii'
import { createKinvey } from '@userport/kinvey'
import { createMonaca } from '@userport/monaca'
import { expect, expectTypeOf, it } from 'vitest'
import { migrating } from '../src/lazy.js'

const kii = { site: 'http://127.0.0.1:1', appId: 'app', appKey: 'key' }
const kinvey = { host: 'http://127.0.0.1:1', appKey: 'app', appSecret: 'secret' }
const monaca = { endpoint: 'http://127.0.0.1:1', backendId: 'app', apiKey: 'key' }

it('the view is that of the new vendor', () => {
  const users = migrating({ from: createKii(kii), to: createKinvey(kinvey) })
  expectTypeOf(users.findUsers).toEqualTypeOf(createKinvey(kinvey).findUsers)
  expectTypeOf(users.extension).toEqualTypeOf(createKinvey(kinvey).extension)
  expectTypeOf(users.migration.chooseNewPassword).toBeFunction()
  expect(users.capabilities.findUsers).toEqual({ criteria: ['username', 'email', 'firstName', 'lastName', 'identity'] })
  users.close()
})

it('a second factor and a code of the old vendor can be given, though the new one has neither', () => {
  const toMonaca = migrating({ from: createKii(kii), to: createMonaca(monaca) })
  const step = { type: 'second-factor', id: 'none', factors: ['totp'], authenticators: [] } as const
  expectTypeOf(toMonaca.continueSignIn(step, { factor: 'totp', code: '1' })).toBeFunction()
  // @ts-expect-error Monaca finds nobody.
  expectTypeOf(() => toMonaca.findUser({ username: 'kim' })).toBeFunction()
  expect(toMonaca.capabilities).toMatchObject({ secondFactor: { factors: ['totp', 'recovery-code'] } })
  toMonaca.close()
})

it('backends and promises keep their types', () => {
  const users = migrating({ from: createKinvey(kinvey), to: createKiiBackend(kii) })
  const promised = toPromises(users)
  expectTypeOf(promised.migration.tail).returns.resolves.toHaveProperty('waiting')
  expectTypeOf(promised.signIn).returns.resolves.toHaveProperty('username')
  expect(users.vendor).toBe('kii')
  users.close()
})
