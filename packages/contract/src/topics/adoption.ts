import type { ContractContext } from '../context.js'
import { afterRestart, sessionWorks } from '../context.js'
import { type Device, reasonsOf, type TestStore, testStore } from '../device.js'
import { check, same, succeeds } from '../expectations.js'
import { controlHas, type Requirement, type Topic } from '../requirement.js'

/** The first start of an app that now uses this library, where the old one left somebody signed in. */
const firstStart = async (
  context: ContractContext,
): Promise<{ readonly device: Device; readonly legacyStore: TestStore; readonly id: string }> => {
  const { user } = await context.account()
  const legacyStore = testStore(new Map(Object.entries((await context.control.legacySession?.(user.id)) ?? {})))
  check(legacyStore.entries.size > 0, 'the old library must have left something')
  return { device: await context.device({ legacyStore }), legacyStore, id: user.id }
}

const requirements: readonly Requirement[] = [
  {
    id: 'ADO-1',
    title: 'whom the old library left signed in is signed in, for good',
    run: async (context) => {
      const { device, id } = await firstStart(context)
      same((await succeeds(device.provider.restore()))?.id, id, 'id')
      same(reasonsOf(device), ['restored'], 'reasons told')
      await sessionWorks(device)
      same((await sessionWorks(await afterRestart(device))).id, id, 'user after a restart')
    },
  },
  {
    id: 'ADO-2',
    title: 'what the old library left goes when the session is safe here, and not before',
    run: async (context) => {
      const { device, legacyStore, id } = await firstStart(context)
      device.store.refuse = { set: true }
      const left = new Map(legacyStore.entries)
      same((await succeeds(device.provider.restore()))?.id, id, 'id')
      same([...legacyStore.entries], [...left], 'what the old library left, while nothing can be stored')
      const second = await firstStart(context)
      await succeeds(second.device.provider.restore())
      same(second.legacyStore.entries.size, 0, 'entries of the old library')
    },
  },
  {
    id: 'ADO-3',
    title: 'a first start without a connection loses nothing',
    run: async (context) => {
      const { device, id } = await firstStart(context)
      await context.during('offline', () => succeeds(device.provider.restore({ deadline: 300 })))
      const again = await device.restart()
      same((await succeeds(again.provider.restore()))?.id, id, 'user of the next start')
    },
  },
  {
    id: 'ADO-4',
    title: 'a dead session signs nobody in',
    run: async (context) => {
      const { device, id } = await firstStart(context)
      await context.control.expireSessions(id)
      same(await succeeds(device.provider.restore()), null, 'restored')
      same(device.provider.state(), { status: 'signedOut' }, 'state')
    },
  },
  {
    id: 'ADO-5',
    title: 'nothing or something unreadable signs nobody in',
    run: async (context) => {
      const nothing = await context.device({ legacyStore: testStore() })
      same(await context.withoutRequest(() => succeeds(nothing.provider.restore())), null, 'restored from nothing')
      const { device, legacyStore } = await firstStart(context)
      for (const name of legacyStore.entries.keys()) legacyStore.entries.set(name, '{"half')
      same(await succeeds(device.provider.restore()), null, 'restored from something unreadable')
      same(device.provider.state(), { status: 'signedOut' }, 'state')
      legacyStore.refuse = { get: true }
      same(await succeeds((await device.restart()).provider.restore()), null, 'restored from a store that cannot be read')
    },
  },
  {
    id: 'ADO-6',
    title: 'takes nobody’s place',
    run: async (context) => {
      const { legacyStore } = await firstStart(context)
      const { device, user } = await context.account()
      const again = await device.restart({ legacyStore })
      same((await succeeds(again.provider.restore()))?.id, user.id, 'restored')
      check(legacyStore.entries.size > 0, 'what the old library left must stay')
    },
  },
]

export const adoption: Topic = {
  title: 'taking over from the vendor’s old SDK',
  requirements: requirements.map((one) => ({
    ...one,
    only: controlHas('legacySession', 'no session of another library is taken over'),
  })),
}
