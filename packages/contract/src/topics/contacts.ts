import type { Contacts, User } from '@userport/core'
import { sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf } from '../device.js'
import { check, fails, same, succeeds } from '../expectations.js'
import { freshValue, identifierOf } from '../person.js'
import type { Condition, Requirement, Topic } from '../requirement.js'
import { type ContactKind, contactKinds, proved, readable, verifiable, verificationsTo, withVerification } from '../verifying.js'

const changes = (kind: ContactKind, does = true): Condition => ({
  when: ({ capabilities: { changeContact } }) => (changeContact || undefined)?.kinds.includes(kind) === does,
  otherwise: `the ${kind} ${does ? 'cannot' : 'can'} be changed`,
})

const waits: Condition = {
  when: ({ capabilities: { changeContact } }) => (changeContact || undefined)?.replaces === 'console-setting',
  otherwise: 'a changed address replaces the old one at once',
}

const atOnce: Condition = {
  when: ({ capabilities: { changeContact } }) => (changeContact || undefined)?.replaces === 'at-once',
  otherwise: 'a changed address may wait for its proof',
}

const contact = (kind: ContactKind, value: string): Contacts => (kind === 'email' ? { email: value } : { phone: value })

const shows = (user: User, kind: ContactKind, value: string): boolean => user[kind]?.address === value || user[kind]?.pending === value

const ofKind = (kind: ContactKind): readonly Requirement[] => [
  {
    id: `CNT-1.${kind}`,
    title: `${kind}: the new one is on the user, here and on the server, and the rest stays`,
    only: changes(kind),
    run: async (context) => {
      const profile = { displayName: 'Kim', attributes: { color: 'blue' } }
      const { device } = await context.account({ with: [kind], profile })
      const value = freshValue(context, kind)
      const user = await succeeds(device.provider.changeContact(contact(kind, value)))
      check(shows(user, kind, value), `the new ${kind} must be on the user, in force or pending`)
      same(activeUserOf(device), user, 'active user')
      same(reasonsOf(device), ['signedUp', 'updated'], 'reasons told')
      const seen = await sessionWorks(device)
      same(
        { [kind]: seen[kind], displayName: seen.displayName, attributes: seen.attributes },
        { [kind]: user[kind], ...profile },
        'user on the server',
      )
    },
  },
  {
    id: `CNT-2.${kind}`,
    title: `${kind}: one that must be verified is not called verified`,
    only: [changes(kind), verifiable],
    run: async (context) => {
      const { device } = await context.account({ with: [kind] })
      const value = freshValue(context, kind)
      const user = await withVerification(context, () => succeeds(device.provider.changeContact(contact(kind, value))))
      check(shows(user, kind, value), `the new ${kind} must be on the user, in force or pending`)
      check(user[kind]?.address !== value || user[kind]?.verified !== true, `the new ${kind} must not be called verified`)
    },
  },
  {
    id: `CNT-3.${kind}`,
    title: `${kind}: the old one is in force until the new one is verified`,
    only: [changes(kind), waits, verifiable, readable],
    run: (context) =>
      withVerification(context, async () => {
        const { device, person } = await proved(context, kind)
        const old = person.identifiers[kind]
        const value = freshValue(context, kind)
        const { address, verified, pending } = (await succeeds(device.provider.changeContact(contact(kind, value))))[kind] ?? {}
        same({ address, verified, pending }, { address: old, verified: true, pending: value }, kind)
        const message = (await verificationsTo(context, value)).at(-1)
        check(message !== undefined, 'a message must go to the new address')
        await context.control.confirmContact(message)
        const after = (await sessionWorks(device))[kind]
        same(
          { address: after?.address, verified: after?.verified, pending: after?.pending },
          { address: value, verified: true, pending: undefined },
          `${kind} after the proof`,
        )
      }),
  },
  {
    id: `CNT-10.${kind}`,
    title: `${kind}: the new one takes the place of the old one at once where that is declared`,
    only: [changes(kind), atOnce],
    run: async (context) => {
      const { verification } = context.capabilities
      const { device } = await ((verification || undefined)?.[kind] ? proved(context, kind) : context.account({ with: [kind] }))
      const value = freshValue(context, kind)
      const user = await withVerification(context, () => succeeds(device.provider.changeContact(contact(kind, value))))
      for (const one of [user, await sessionWorks(device)]) {
        same({ address: one[kind]?.address, pending: one[kind]?.pending }, { address: value, pending: undefined }, kind)
      }
    },
  },
  {
    id: `CNT-4.${kind}`,
    title: `${kind}: what signs in is the one in force`,
    needs: [`signIn.${kind}`],
    only: [changes(kind), waits, verifiable],
    run: (context) =>
      withVerification(context, async () => {
        const { device, person, user } = await proved(context, kind)
        const value = freshValue(context, kind)
        await succeeds(device.provider.changeContact(contact(kind, value)))
        const other = await context.device()
        const byOld = other.provider.signIn({ identifier: identifierOf(kind, person.identifiers), password: person.password })
        same((await succeeds(byOld)).id, user.id, 'who signs in by the old one')
        const third = await context.device()
        const byNew = third.provider.signIn({ identifier: identifierOf(kind, { [kind]: value }), password: person.password })
        await fails(byNew, 'NotVerified', 'InvalidCredentials', 'UserNotFound')
      }),
  },
  {
    id: `CNT-5.${kind}`,
    title: `${kind}: somebody else’s is refused and changes nothing`,
    needs: [`signIn.${kind}`],
    only: changes(kind),
    run: async (context) => {
      const owner = await proved(context, kind)
      const { device } = await context.account({ with: [kind] })
      const before = activeUserOf(device)[kind]
      await fails(device.provider.changeContact(contact(kind, owner.person.identifiers[kind] ?? '')), 'IdentifierTaken')
      same((await sessionWorks(device))[kind], before, kind)
    },
  },
  {
    id: `CNT-6.${kind}`,
    title: `${kind}: an empty one is refused without a request`,
    only: changes(kind),
    run: async (context) => {
      const { provider } = (await context.account()).device
      const { field } = await context.withoutRequest(() => fails(provider.changeContact(contact(kind, ' ')), 'InvalidInput'))
      same(field, kind, 'field')
    },
  },
  {
    id: `CNT-7.${kind}`,
    title: `${kind}: is refused without a request where it cannot be changed`,
    only: changes(kind, false),
    run: async (context) => {
      const { provider } = (await context.account()).device
      const change = provider.changeContact(contact(kind, freshValue(context, kind)))
      same((await context.withoutRequest(() => fails(change, 'Unsupported'))).capability, `changeContact.${kind}`, 'capability')
    },
  },
]

const requirements: readonly Requirement[] = [
  ...contactKinds.flatMap(ofKind),
  {
    id: 'CNT-8',
    title: 'nobody’s address is refused without a request',
    run: async (context) => {
      const { provider } = await context.device()
      const { changeContact } = context.capabilities
      const [kind = 'email'] = changeContact ? changeContact.kinds : []
      const change = provider.changeContact(contact(kind, freshValue(context, kind)))
      await context.withoutRequest(() => fails(change, 'NotSignedIn'))
    },
  },
  {
    id: 'CNT-9',
    title: 'no address at all is refused without a request',
    run: async (context) => {
      const { provider } = (await context.account()).device
      for (const nothing of [{}, undefined, { email: undefined }]) {
        await context.withoutRequest(() => fails(provider.changeContact(nothing as never), 'InvalidInput'))
      }
    },
  },
]

export const contacts: Topic = {
  title: 'changing addresses',
  requirements: requirements.map((one) => ({ ...one, needs: ['changeContact', ...(one.needs ?? [])] })),
}
