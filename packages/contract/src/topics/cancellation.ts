import { type Attempt, applies } from '../attempt.js'
import { attempts } from '../attempts.js'
import { type ContractContext, sessionWorks } from '../context.js'
import { check, fails, same, succeeds } from '../expectations.js'
import type { Requirement, Topic } from '../requirement.js'

const before = (attempt: Attempt): Requirement => ({
  id: `CAN-1.${attempt.operation}`,
  title: `${attempt.operation}: given up before it began, it makes no request and changes nothing`,
  ...applies(attempt),
  run: async (context) => {
    const { device, call } = await attempt.prepare(context)
    const state = device.provider.state()
    await context.withoutRequest(() => fails(call({ signal: AbortSignal.abort() }), 'Cancelled'))
    same(device.provider.state(), state, 'state')
  },
})

/** Waits for a request that may be on its way still, so that it does not arrive when the service works again. */
const arrival = async (context: ContractContext, before: number): Promise<void> => {
  const patience = Date.now() + 500
  while ((await context.control.requestCount()) === before && Date.now() < patience) await new Promise((resolve) => setTimeout(resolve, 10))
}

const midway = (attempt: Attempt): Requirement => ({
  id: `CAN-2.${attempt.operation}`,
  title: `${attempt.operation}: given up on the way, it ends at once and the session is kept`,
  ...applies(attempt),
  run: async (context) => {
    const { device, call } = await attempt.prepare(context)
    const active = device.provider.activeUser()
    const abort = new AbortController()
    const started = Date.now()
    const before = await context.control.requestCount()
    await context.during('hang', async () => {
      setTimeout(() => abort.abort(), 40)
      const { operation } = await fails(call({ signal: abort.signal }), 'Cancelled')
      same(operation, attempt.operation, 'operation')
      check(Date.now() - started < 2_000, 'it must end at once')
      await arrival(context, before)
    })
    if (attempt.operation !== 'restore') same(device.provider.activeUser()?.id, active?.id, 'active user')
    if (device.provider.activeUser()) await sessionWorks(device)
  },
})

// Signing out comes first here and needs no answer, so there is no way to be in.
const onTheWay = attempts.filter(({ operation }) => operation !== 'signOut')

export const cancellation: Topic = {
  title: 'giving up and deadlines',
  requirements: [
    ...attempts.map(before),
    ...onTheWay.map(midway),
    {
      id: 'CAN-3',
      title: 'a sign-in that was given up makes nobody active, also when the answer comes later',
      run: async (context) => {
        const { identifier, password } = (await context.account()).person
        const { provider } = await context.device()
        await succeeds(provider.restore())
        const abort = new AbortController()
        const signingIn = provider.signIn({ identifier, password }, { signal: abort.signal })()
        abort.abort()
        same((await signingIn)._tag, 'Left', 'outcome')
        await new Promise((resolve) => setTimeout(resolve, 100))
        same(provider.state(), { status: 'signedOut' }, 'state')
      },
    },
    {
      id: 'CAN-4',
      title: 'giving up one refresh leaves another one to its end',
      run: async (context) => {
        const { device, user } = await context.account()
        const abort = new AbortController()
        const one = device.provider.refresh({ signal: abort.signal })()
        const two = device.provider.refresh()()
        await Promise.resolve()
        abort.abort()
        await one
        const outcome = await two
        same(outcome._tag === 'Right' ? outcome.right.id : outcome.left._tag, user.id, 'outcome of the other refresh')
      },
    },
    {
      id: 'CAN-5',
      title: 'the deadline of the provider holds where the call names none',
      run: async (context) => {
        const { device } = await context.account({ options: { deadline: 1_500 } })
        const impatient = await device.restart({ deadline: 150 })
        await succeeds(impatient.provider.restore({ deadline: 5_000 }))
        const started = Date.now()
        await context.during('hang', () => fails(impatient.provider.refresh(), 'Timeout'))
        check(Date.now() - started < 2_000, 'it must end within the deadline')
        await succeeds(impatient.provider.refresh({ deadline: 5_000 }))
      },
    },
    {
      id: 'CAN-6',
      title: 'an operation that waits for another one ends in time too',
      run: async (context) => {
        const { device } = await context.account()
        await context.during('hang', async () => {
          const first = new AbortController()
          let firstIsOver = false
          const slow = device.provider.updateProfile({ set: { color: 'blue' } }, { signal: first.signal })()
          void slow.then(() => {
            firstIsOver = true
          })
          const second = new AbortController()
          setTimeout(() => second.abort(), 60)
          await fails(device.provider.updateProfile({ set: { color: 'green' } }, { signal: second.signal }), 'Cancelled')
          check(!firstIsOver, 'it must not wait for the other operation')
          first.abort()
          await slow
        })
        await sessionWorks(device)
      },
    },
    {
      id: 'CAN-7',
      title: 'after an operation ran out of time the next one works',
      run: async (context) => {
        const { device } = await context.account()
        await context.during('hang', () => device.provider.updateProfile({ set: { color: 'blue' } }, { deadline: 150 })())
        same((await succeeds(device.provider.updateProfile({ set: { color: 'green' } }))).attributes.color, 'green', 'color')
      },
    },
  ],
}
