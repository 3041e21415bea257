import { afterRestart, sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf, storedSecrets } from '../device.js'
import { fails, same, succeeds } from '../expectations.js'
import { refusedOverAnonymous, refusedOverRegistered } from '../guarded.js'
import { hides } from '../reachable-text.js'
import type { Requirement, Topic } from '../requirement.js'

const passphrase = 'correct horse battery staple'

const requirements: readonly Requirement[] = [
  {
    id: 'BKP-1',
    title: 'another device becomes the same user, for good; the text itself tells nothing',
    run: async (context) => {
      const device = await context.anonymous({ attributes: { color: 'blue' } })
      const { id } = activeUserOf(device)
      const backup = await context.withoutRequest(() => succeeds(device.provider.exportAnonymous(passphrase)))
      hides(backup, [...storedSecrets(device.store), passphrase], 'the backup')
      const other = await context.device()
      const user = await succeeds(other.provider.importAnonymous(backup, passphrase))
      same({ id: user.id, kind: user.kind, color: user.attributes.color }, { id, kind: 'anonymous', color: 'blue' }, 'user')
      same(reasonsOf(other), ['signedIn'], 'reasons told')
      same((await sessionWorks(await afterRestart(other))).id, id, 'user after a restart')
      await sessionWorks(device)
    },
  },
  {
    id: 'BKP-2',
    title: 'a wrong passphrase, a changed text and what is no backup are refused without a request',
    run: async (context) => {
      const device = await context.anonymous()
      const backup = await succeeds(device.provider.exportAnonymous(passphrase))
      const other = await context.device()
      const changed = `${backup.slice(0, -8)}AAAA${backup.slice(-4)}`
      for (const [text, phrase] of [
        [backup, 'another long passphrase'],
        [changed, passphrase],
        ['nothing', passphrase],
      ] as const) {
        const { field } = await context.withoutRequest(() => fails(other.provider.importAnonymous(text, phrase), 'InvalidInput'))
        same(field, 'backup', 'field')
      }
      same(other.provider.activeUser(), null, 'active user')
    },
  },
  {
    id: 'BKP-3',
    title: 'a short passphrase is refused without a request',
    run: async (context) => {
      const device = await context.anonymous()
      const other = await context.device()
      for (const operation of [device.provider.exportAnonymous('short'), other.provider.importAnonymous('any', 'short')]) {
        const error = await context.withoutRequest(() => fails(operation, 'InvalidInput'))
        same(error.field, 'passphrase', 'field')
      }
    },
  },
  {
    id: 'BKP-4',
    title: 'there is none of a registered user or of nobody, which costs no request',
    run: async (context) => {
      const { device } = await context.account()
      await context.withoutRequest(() => fails(device.provider.exportAnonymous(passphrase), 'NotAnonymous'))
      const { provider } = await context.device()
      await context.withoutRequest(() => fails(provider.exportAnonymous(passphrase), 'NotSignedIn'))
    },
  },
  {
    id: 'BKP-5',
    title: 'bringing one back does not take the place of an active user unasked',
    run: async (context) => {
      const device = await context.anonymous()
      const backup = await succeeds(device.provider.exportAnonymous(passphrase))
      await refusedOverRegistered(context, (await context.account()).device, ({ importAnonymous }) => importAnonymous(backup, passphrase))
      const other = await context.anonymous()
      await refusedOverAnonymous(context, other, ({ importAnonymous }) => importAnonymous(backup, passphrase))
      const wanted = other.provider.importAnonymous(backup, passphrase, { anonymous: 'discard' })
      same((await succeeds(wanted)).id, activeUserOf(device).id, 'id')
    },
  },
  {
    id: 'BKP-6',
    title: 'the backup of a user whose credential is dead brings nobody back',
    only: {
      when: ({ capabilities: { anonymous } }) => anonymous !== false && anonymous.custody === 'token',
      otherwise: 'the credential of an anonymous user outlives its session',
    },
    run: async (context) => {
      const device = await context.anonymous()
      const backup = await succeeds(device.provider.exportAnonymous(passphrase))
      await context.control.expireSessions(activeUserOf(device).id)
      const other = await context.device()
      await fails(other.provider.importAnonymous(backup, passphrase), 'SessionExpired')
      same(other.provider.activeUser(), null, 'active user')
    },
  },
  {
    id: 'BKP-7',
    title: 'the backup outlives the session that it was made in',
    only: {
      when: ({ capabilities: { anonymous } }) => anonymous !== false && anonymous.custody === 'generated-credentials',
      otherwise: 'the credential of an anonymous user is its session',
    },
    run: async (context) => {
      const device = await context.anonymous()
      const { id } = activeUserOf(device)
      const backup = await succeeds(device.provider.exportAnonymous(passphrase))
      await context.control.expireSessions(id)
      const other = await context.device()
      same((await succeeds(other.provider.importAnonymous(backup, passphrase))).id, id, 'id')
      await sessionWorks(other)
    },
  },
]

export const backup: Topic = {
  title: 'the backup of an anonymous user',
  requirements: requirements.map((one) => ({ ...one, needs: ['anonymous', ...(one.needs ?? [])] })),
}
