import { sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf } from '../device.js'
import { check, fails, same, succeeds } from '../expectations.js'
import { identifierOf } from '../person.js'
import type { Condition, Requirement, Topic } from '../requirement.js'
import { askedVerification, type ContactKind, contactKinds, readable, unproved, verifiable, verificationsTo } from '../verifying.js'

const sends = (kind: ContactKind, ...ways: readonly (string | false)[]): Condition => ({
  when: ({ capabilities: { verification } }) => verification !== undefined && verification !== false && ways.includes(verification[kind]),
  otherwise: `verifying the ${kind} is another matter here`,
})

const wrong = (code: string): string => [...code].map((digit) => (digit === '7' ? '3' : '7')).join('')

const ofKind = (kind: ContactKind): readonly Requirement[] => [
  {
    id: `VER-1.${kind}`,
    title: `${kind}: asking sends one message to the address, with the link or code that is declared`,
    only: [sends(kind, 'link', 'code'), verifiable, readable],
    run: (context) =>
      unproved(context, kind, async (somebody) => {
        const { device, address } = somebody
        const before = (await verificationsTo(context, address)).length
        const message = await askedVerification(context, kind, somebody)
        same((await verificationsTo(context, address)).length, before + 1, 'messages sent')
        const { verification } = context.capabilities
        const carries = verification !== undefined && verification !== false && verification[kind] === 'code' ? 'code' : 'link'
        check(message[carries] !== undefined, `the message must carry a ${carries}`)
        await sessionWorks(device)
      }),
  },
  {
    id: `VER-2.${kind}`,
    title: `${kind}: the address is verified once the message was followed, and not before`,
    only: [sends(kind, 'link', 'code'), verifiable, readable],
    run: (context) =>
      unproved(context, kind, async (somebody) => {
        const { device } = somebody
        const message = await askedVerification(context, kind, somebody)
        check((await sessionWorks(device))[kind]?.verified !== true, 'an address must not be verified by asking')
        await context.control.confirmContact(message)
        const contact = (await sessionWorks(device))[kind]
        same({ address: contact?.address, verified: contact?.verified }, { address: somebody.address, verified: true }, kind)
      }),
  },
  {
    id: `VER-3.${kind}`,
    title: `${kind}: the code verifies in the app; the returned user, the active user and the server agree`,
    needs: ['confirmByCode'],
    only: [sends(kind, 'code'), verifiable, readable],
    run: (context) =>
      unproved(context, kind, async (somebody) => {
        const { device } = somebody
        const { code = '' } = await askedVerification(context, kind, somebody)
        const user = await succeeds(device.provider.confirmVerification({ kind, code }))
        same(user[kind]?.verified, true, 'verified')
        same(activeUserOf(device), user, 'active user')
        same(reasonsOf(device).at(-1), 'updated', 'last reason told')
        same((await sessionWorks(device))[kind], user[kind], `${kind} on the server`)
      }),
  },
  {
    id: `VER-4.${kind}`,
    title: `${kind}: a wrong code verifies nothing, and the right one still does`,
    needs: ['confirmByCode'],
    only: [sends(kind, 'code'), verifiable, readable],
    run: (context) =>
      unproved(context, kind, async (somebody) => {
        const { device } = somebody
        const { code = '' } = await askedVerification(context, kind, somebody)
        await fails(device.provider.confirmVerification({ kind, code: wrong(code) }), 'VerificationCodeInvalid')
        check((await sessionWorks(device))[kind]?.verified !== true, 'a wrong code must not verify')
        same((await succeeds(device.provider.confirmVerification({ kind, code })))[kind]?.verified, true, 'verified')
      }),
  },
  {
    id: `VER-5.${kind}`,
    title: `${kind}: the code of somebody else verifies nothing`,
    needs: ['confirmByCode'],
    only: [sends(kind, 'code'), verifiable, readable],
    run: (context) =>
      unproved(context, kind, (one) =>
        unproved(context, kind, async (two) => {
          const { code = '' } = await askedVerification(context, kind, one)
          await askedVerification(context, kind, two)
          await fails(two.device.provider.confirmVerification({ kind, code }), 'VerificationCodeInvalid')
          check((await sessionWorks(two.device))[kind]?.verified !== true, 'the code of somebody else must not verify')
        }),
      ),
  },
  {
    id: `VER-6.${kind}`,
    title: `${kind}: an address that waits for its proof signs nobody in`,
    needs: [`signIn.${kind}`],
    only: [sends(kind, 'link', 'code'), verifiable],
    run: (context) =>
      unproved(context, kind, async ({ person }) => {
        const { provider } = await context.device()
        const signIn = provider.signIn({ identifier: identifierOf(kind, person.identifiers), password: person.password })
        await fails(signIn, 'NotVerified', 'InvalidCredentials')
        same(provider.activeUser(), null, 'active user')
      }),
  },
  {
    id: `VER-7.${kind}`,
    title: `${kind}: is refused without a request where it cannot be verified`,
    only: sends(kind, false),
    run: async (context) => {
      const { provider } = (await context.account({ with: [kind] })).device
      const { capability } = await context.withoutRequest(() => fails(provider.requestVerification({ kind }), 'Unsupported'))
      same(capability, `verification.${kind}`, 'capability')
    },
  },
]

const requirements: readonly Requirement[] = [
  ...contactKinds.flatMap(ofKind),
  {
    id: 'VER-8',
    title: 'asking without an address says that something is wrong, and the session is kept',
    run: async (context) => {
      const { device } = await context.account()
      const kind = contactKinds.find((one) => activeUserOf(device)[one] === undefined) ?? 'phone'
      const error = await fails(device.provider.requestVerification({ kind }))
      check(error._tag !== 'SessionExpired' && error._tag !== 'Protocol', `expected a reason, got ${error._tag}`)
      await sessionWorks(device)
    },
  },
  {
    id: 'VER-9',
    title: 'nobody’s address is refused without a request',
    run: async (context) => {
      const { provider } = await context.device()
      await context.withoutRequest(() => fails(provider.requestVerification({ kind: 'email' }), 'NotSignedIn'))
      if (context.capabilities.confirmByCode === true) {
        await context.withoutRequest(() => fails(provider.confirmVerification({ kind: 'phone', code: '123456' }), 'NotSignedIn'))
      }
    },
  },
  {
    id: 'VER-10',
    title: 'an unknown kind or an empty code is refused without a request',
    run: async (context) => {
      const { provider } = (await context.account()).device
      const { confirmByCode } = context.capabilities
      const kind = contactKinds.find((one) => sends(one, 'code').when(context))
      const refused = [
        provider.requestVerification({ kind: 'pigeon' } as never),
        provider.requestVerification(undefined as never),
        ...(confirmByCode === true ? [provider.confirmVerification({ kind: 'pigeon', code: '123456' } as never)] : []),
        ...(confirmByCode === true && kind !== undefined ? [provider.confirmVerification({ kind, code: '' })] : []),
      ]
      for (const operation of refused) await context.withoutRequest(() => fails(operation, 'InvalidInput'))
    },
  },
]

export const verification: Topic = {
  title: 'verifying addresses',
  requirements: requirements.map((one) => ({ ...one, needs: ['verification', ...(one.needs ?? [])] })),
}
