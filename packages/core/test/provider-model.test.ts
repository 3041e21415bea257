import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Result, UserProvider } from '../src/index.js'
import { somebody } from './support/fake-vendor.js'
import { type App, start } from './support/start.js'

interface World {
  app: App
  /** An account that exists, to sign in to and to collide with. */
  readonly known: ReturnType<typeof somebody>
  /** Anonymous users that were reported as signed in and that nobody allowed to be lost. */
  readonly promised: Set<string>
}

interface Step {
  readonly name: string
  readonly run: (world: World) => Promise<unknown>
}

const anonymousId = ({ app }: World): string | undefined => {
  const user = app.provider.activeUser()
  return user?.kind === 'anonymous' ? user.id : undefined
}

const call = (name: string, operation: (provider: UserProvider, world: World) => Result<unknown>): Step => ({
  name,
  run: (world) => operation(world.app.provider, world)(),
})

const pendingId = async ({ app }: World): Promise<string | undefined> => {
  const pending = await app.provider.pendingMerge()()
  return pending._tag === 'Right' ? pending.right?.anonymous.id : undefined
}

/** An operation that is told to give up an anonymous user, or that makes an account of it. */
const releasing = (
  name: string,
  whom: (world: World) => string | undefined | Promise<string | undefined>,
  operation: (provider: UserProvider, world: World) => Result<unknown>,
): Step => ({
  name,
  run: async (world) => {
    await world.app.provider.pendingMerge()()
    const id = await whom(world)
    const outcome = await operation(world.app.provider, world)()
    if (outcome._tag === 'Right' && id !== undefined) world.promised.delete(id)
  },
})

const signInAnonymously: Step = {
  name: 'signInAnonymously',
  run: async (world) => {
    const outcome = await world.app.provider.signInAnonymously()()
    if (outcome._tag === 'Right') world.promised.add(outcome.right.id)
  },
}

/** None of these may cost an anonymous user. */
const harmless: readonly Step[] = [
  signInAnonymously,
  call('restore', (provider) => provider.restore()),
  call('refresh', (provider) => provider.refresh()),
  call('signUp', (provider) => provider.signUp(somebody())),
  call('signUp replacing', (provider) => provider.signUp(somebody(), { replace: true })),
  call('signIn', (provider, { known }) => provider.signIn(known)),
  call('signIn wrongly', (provider, { known }) => provider.signIn({ ...known, password: 'wrong' }, { replace: true })),
  call('signIn with a merge ticket', (provider, world) =>
    provider.signIn(world.known, { anonymous: { type: 'merge', vendor: 'fake', anonymousId: anonymousId(world) ?? 'nobody' } }),
  ),
  call('updateProfile', (provider) => provider.updateProfile({ set: { a: 1 } })),
  call('upgrade to a taken name', (provider, { known }) => provider.upgrade(known)),
  call('signOut', (provider) => provider.signOut()),
  call('abortMerge', (provider) => provider.abortMerge()),
]

const operations: readonly Step[] = [
  ...harmless,
  releasing('upgrade', anonymousId, (provider) => provider.upgrade(somebody())),
  releasing('completeMerge', pendingId, (provider) => provider.completeMerge()),
  releasing('deleteUser', anonymousId, (provider) => provider.deleteUser()),
  releasing('signOut discarding', anonymousId, (provider) => provider.signOut({ discardAnonymous: true })),
  releasing('signUp discarding', anonymousId, (provider) => provider.signUp(somebody(), { anonymous: 'discard' })),
]

const faults: readonly Step[] = [
  { name: 'offline next', run: async ({ app }) => app.service.failNext('offline') },
  { name: 'answer lost next', run: async ({ app }) => app.service.failNext('answer lost') },
  { name: 'sessions expire', run: async ({ app }) => app.service.expireAll() },
  { name: 'store refuses writes', run: async ({ app }) => Object.assign(app.store.health, { set: 'fails' }) },
  { name: 'store refuses removals', run: async ({ app }) => Object.assign(app.store.health, { remove: 'fails' }) },
  { name: 'store cannot be read', run: async ({ app }) => Object.assign(app.store.health, { get: 'fails' }) },
  { name: 'store is slow', run: async ({ app }) => Object.assign(app.store, { delay: 1 }) },
  { name: 'store works', run: async ({ app }) => healed(app) },
  { name: 'restart', run: async (world) => restarted(world) },
]

const healed = ({ store, service }: App): void => {
  Object.assign(store.health, { get: 'works', set: 'works', remove: 'works' })
  store.delay = 0
  service.forgetFaults()
}

const restarted = (world: World): void => {
  world.app = world.app.restart()
  expect(world.app.provider.state()).toEqual({ status: 'restoring' })
  expect(world.app.provider.activeUser()).toBeUndefined()
}

/** … or needs none: a request whose answer was lost deleted the user or made it an account. */
const holdsCredential = ({ app }: World, id: string): boolean =>
  !app.service.isAnonymous(id) ||
  app.provider.activeUser()?.id === id ||
  [...app.store.entries.values()].some((text) => text.includes(`"userId":"${id}"`) && text.includes('access-'))

const step = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...operations) }, { weight: 1, arbitrary: fc.constantFrom(...faults) })
const together = fc.array(fc.constantFrom(...harmless), { minLength: 2, maxLength: 3 })
/** One step, or several at the same moment. */
const moves = fc.array(fc.oneof({ weight: 3, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: together }), {
  minLength: 3,
  maxLength: 14,
})

it('whatever happens in whatever order, no anonymous user is lost unasked, nobody is in twice, and memory and store agree', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (plan) => {
      const known = somebody()
      const world: World = { app: start(), known, promised: new Set() }
      const done: string[] = []

      for (const steps of plan) {
        const { app } = world
        if (app.service.byName(known.username) === undefined) app.service.create({ ...known, attributes: {} })
        const wasRestoring = app.provider.state().status === 'restoring'
        await Promise.all(steps.map(({ run }) => run(world)))
        done.push(steps.map(({ name }) => name).join(' + '))
        if (wasRestoring && app === world.app && app.store.health.get === 'fails')
          expect(app.provider.state(), done.join(', ')).toEqual({ status: 'restoring' })
        for (const id of world.promised) expect(holdsCredential(world, id), `lost after ${done.join(', ')}`).toBe(true)
        expect(app.problems.filter(({ code }) => code === 'internal')).toEqual([])
      }

      // Once the store works again, one more change brings memory and store together.
      healed(world.app)
      await world.app.provider.restore()()
      await world.app.provider.refresh()()
      const active = world.app.provider.activeUser() ?? null
      const state = world.app.provider.state()
      const wasWhole = state.status === 'signedIn' && state.stored
      restarted(world)
      const after = await world.app.provider.restore()()
      expect(after._tag, done.join(', ')).toBe('Right')
      if (wasWhole && after._tag === 'Right' && world.app.service.accounts.has(active?.id ?? ''))
        expect(after.right?.id, done.join(', ')).toBe(active?.id)
    }),
    { numRuns: 400 },
  )
}, 60_000)
