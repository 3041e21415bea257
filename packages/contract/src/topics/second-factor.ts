import { afterRestart, sessionWorks } from '../context.js'
import { activeUserOf, everythingTold, reasonsOf } from '../device.js'
import { check, fails, same, succeeds } from '../expectations.js'
import { refusedOverAnonymous, refusedOverRegistered } from '../guarded.js'
import { hides } from '../reachable-text.js'
import type { Condition, Requirement, Topic } from '../requirement.js'
import { canEnrol, enrolled, passwordGiven, stepFor } from '../second-factor.js'

const wrongCode = '000000'

const codesWorkOnce: Condition = {
  when: ({ control }) => control.secondFactor?.codesWorkOnce === true,
  otherwise: 'a code may be given twice',
}

const trustsDevices: Condition = {
  when: ({ control }) => control.secondFactor?.trustsDevices === true,
  otherwise: 'no device is trusted',
}

const knowsRecovery: Condition = {
  when: ({ capabilities: { secondFactor } }) =>
    secondFactor !== undefined && secondFactor !== false && secondFactor.factors.includes('recovery-code'),
  otherwise: 'there are no recovery codes',
}

const requirements: readonly Requirement[] = [
  {
    id: 'MFA-1',
    title: 'the password alone signs nobody in: it gives a step, which is JSON and says which factors will do',
    run: async (context) => {
      const { device, step } = await stepFor(context)
      same(device.provider.activeUser(), null, 'active user')
      same(reasonsOf(device), [], 'reasons told')
      same(JSON.parse(JSON.stringify(step)), step, 'the step as JSON')
      same(step.type, 'second-factor', 'type')
      const { secondFactor } = context.capabilities
      const known = secondFactor ? secondFactor.factors : []
      check(
        step.factors.length > 0 && step.factors.every((factor) => known.includes(factor)),
        'the step must name factors that are declared',
      )
    },
  },
  {
    id: 'MFA-2',
    title: 'the step holds no secret: without the device that began it, it is good for nothing',
    run: async (context) => {
      const { device, step, kit, person, own } = await stepFor(context)
      hides([step, everythingTold(device), everythingTold(own)], [person.password, ...kit.recoveryCodes], 'the step')
      const thief = await context.device()
      const code = await kit.code()
      const { field } = await context.withoutRequest(() =>
        fails(thief.provider.continueSignIn(step, { factor: 'totp', code }), 'InvalidInput'),
      )
      same(field, 'step', 'field')
      same(thief.provider.activeUser() ?? null, null, 'active user')
    },
  },
  {
    id: 'MFA-3',
    title: 'the right code signs in, for good',
    run: async (context) => {
      const { device, step, kit, user } = await stepFor(context)
      const signedIn = await succeeds(device.provider.continueSignIn(step, { factor: 'totp', code: await kit.code() }))
      same(signedIn.id, user.id, 'id')
      same(activeUserOf(device), signedIn, 'active user')
      same(reasonsOf(device), ['signedIn'], 'reasons told')
      await sessionWorks(device)
      same((await sessionWorks(await afterRestart(device))).id, user.id, 'user after a restart')
    },
  },
  {
    id: 'MFA-4',
    title: 'a wrong code signs nobody in, and the right one still does',
    run: async (context) => {
      const { device, step, kit, user } = await stepFor(context)
      await fails(device.provider.continueSignIn(step, { factor: 'totp', code: wrongCode }), 'InvalidCredentials')
      same(device.provider.activeUser(), null, 'active user')
      same((await succeeds(device.provider.continueSignIn(step, { factor: 'totp', code: await kit.code() }))).id, user.id, 'id')
    },
  },
  {
    id: 'MFA-5',
    title: 'a wrong password gives no step',
    run: async (context) => {
      const { person } = await enrolled(context)
      const { provider } = await context.device()
      await fails(provider.signIn({ identifier: person.identifier, password: context.person().password }), 'InvalidCredentials')
    },
  },
  {
    id: 'MFA-6',
    title: 'a step works once',
    run: async (context) => {
      const { device, step, kit } = await stepFor(context)
      await succeeds(device.provider.continueSignIn(step, { factor: 'totp', code: await kit.code() }))
      await succeeds(device.provider.signOut())
      const code = await kit.code()
      await context.withoutRequest(() => fails(device.provider.continueSignIn(step, { factor: 'totp', code }), 'InvalidInput'))
      same(device.provider.activeUser(), null, 'active user')
    },
  },
  {
    id: 'MFA-7',
    title: 'a code works once',
    only: codesWorkOnce,
    run: async (context) => {
      const somebody = await stepFor(context)
      const code = await somebody.kit.code()
      await succeeds(somebody.device.provider.continueSignIn(somebody.step, { factor: 'totp', code }))
      const thief = await context.device()
      await fails(thief.provider.continueSignIn(await passwordGiven(thief, somebody), { factor: 'totp', code }), 'InvalidCredentials')
      same(thief.provider.activeUser(), null, 'active user')
    },
  },
  {
    id: 'MFA-8',
    title: 'a recovery code signs in, once',
    only: knowsRecovery,
    run: async (context) => {
      const somebody = await stepFor(context)
      const [code = '', next = ''] = somebody.kit.recoveryCodes
      const { device, step, user } = somebody
      same((await succeeds(device.provider.continueSignIn(step, { factor: 'recovery-code', code }))).id, user.id, 'id')
      await sessionWorks(device)
      const other = await context.device()
      const again = await passwordGiven(other, somebody)
      await fails(other.provider.continueSignIn(again, { factor: 'recovery-code', code }), 'InvalidCredentials')
      same(other.provider.activeUser(), null, 'active user')
      const third = await passwordGiven(other, somebody)
      same(
        (await succeeds(other.provider.continueSignIn(third, { factor: 'recovery-code', code: next }))).id,
        user.id,
        'id of the next one',
      )
    },
  },
  {
    id: 'MFA-9',
    title: 'a step that took too long signs nobody in, and a new one does',
    run: async (context) => {
      const somebody = await stepFor(context)
      const { device, step, kit, user } = somebody
      await context.control.expireSessions(user.id)
      await fails(device.provider.continueSignIn(step, { factor: 'totp', code: await kit.code() }), 'SessionExpired', 'InvalidCredentials')
      same(device.provider.activeUser(), null, 'active user')
      const again = await passwordGiven(device, somebody)
      same((await succeeds(device.provider.continueSignIn(again, { factor: 'totp', code: await kit.code() }))).id, user.id, 'id')
    },
  },
  {
    id: 'MFA-10',
    title: 'a step is still good after an answer that did not arrive',
    run: async (context) => {
      const { device, step, kit, user } = await stepFor(context)
      const code = await kit.code()
      await context.during('offline', () =>
        fails(device.provider.continueSignIn(step, { factor: 'totp', code }, { deadline: 400 }), 'Network', 'Timeout', 'OutcomeUnknown'),
      )
      same((await succeeds(device.provider.continueSignIn(step, { factor: 'totp', code }))).id, user.id, 'id')
    },
  },
  {
    id: 'MFA-11',
    title: 'continuing is refused without a request once a registered user is active',
    run: async (context) => {
      const { device, step, kit } = await stepFor(context)
      const { identifier, password } = (await context.account()).person
      await succeeds(device.provider.signIn({ identifier, password }))
      const code = await kit.code()
      await refusedOverRegistered(context, device, (provider) => provider.continueSignIn(step, { factor: 'totp', code }))
    },
  },
  {
    id: 'MFA-12',
    title: 'continuing is refused without a request where it would lose an anonymous user, and not where that is wanted',
    needs: ['anonymous'],
    run: async (context) => {
      const { device, step, kit, user } = await stepFor(context)
      await succeeds(device.provider.signInAnonymously())
      const code = await kit.code()
      await refusedOverAnonymous(context, device, (provider) => provider.continueSignIn(step, { factor: 'totp', code }))
      const wanted = device.provider.continueSignIn(step, { factor: 'totp', code }, { anonymous: 'discard' })
      same((await succeeds(wanted)).id, user.id, 'id')
    },
  },
  {
    id: 'MFA-13',
    title: 'a device that is trusted is not asked again, also after signing out, and others are',
    only: trustsDevices,
    run: async (context) => {
      const somebody = await stepFor(context)
      const { device, step, kit, user, person } = somebody
      await succeeds(device.provider.continueSignIn(step, { factor: 'totp', code: await kit.code(), trustDevice: true }))
      await succeeds(device.provider.signOut())
      const { identifier, password } = person
      same((await succeeds(device.provider.signIn({ identifier, password }))).id, user.id, 'id')
      await passwordGiven(await context.device(), somebody)
    },
  },
  {
    id: 'MFA-14',
    title: 'an empty code or an unknown factor is refused without a request',
    run: async (context) => {
      const { device, step } = await stepFor(context)
      const { provider } = device
      for (const bad of [{ factor: 'totp', code: '' }, { factor: 'palm', code: wrongCode }, undefined]) {
        await context.withoutRequest(() => fails(provider.continueSignIn(step, bad as never), 'InvalidInput'))
      }
      await context.withoutRequest(() =>
        fails(provider.continueSignIn(undefined as never, { factor: 'totp', code: wrongCode }), 'InvalidInput'),
      )
    },
  },
]

export const secondFactor: Topic = {
  title: 'second factors',
  requirements: requirements.map((one) => ({
    ...one,
    needs: ['secondFactor', ...(one.needs ?? [])],
    only: [canEnrol, ...[one.only ?? []].flat()],
  })),
}
