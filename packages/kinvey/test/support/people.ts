import { randomUUID } from 'node:crypto'
import { type PendingSignIn, type Result, type SignedIn, toUserportError, type UserError } from '@userport/core'
import { type DataOf, type Sandbox, type SettingsOf, startSandbox, type World } from '@userport/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { createKinvey, createKinveyBackend, type KinveyConfig } from '../../src/index.js'

/** The value of an operation that must succeed. */
export const right = async <A>(result: Result<A>): Promise<A> => {
  const outcome = await result()
  if (outcome._tag === 'Left') throw toUserportError(outcome.left)
  return outcome.right
}

/** Who came in by a sign-in that must not wait for a second factor. */
export const entered = async (result: Result<SignedIn | PendingSignIn>): Promise<SignedIn> => {
  const answer = await right(result)
  if ('pending' in answer) throw new Error('a second factor is wanted')
  return answer
}

/** The error of an operation that must fail. */
export const left = async (result: Result<unknown>): Promise<UserError> => {
  const outcome = await result()
  if (outcome._tag === 'Right') throw new Error(`succeeded with ${JSON.stringify(outcome.right)}`)
  return outcome.left
}

export interface Person {
  readonly username: string
  readonly password: string
  readonly email: string
}

export const newPerson = (): Person => {
  const name = randomUUID()
  return { username: `user-${name}`, password: `pass-${name}`, email: `${name}@example.com` }
}

/** What a sign-up or an upgrade takes. */
export const account = ({ username, email, password }: Person) => ({ identifiers: { username, email }, password })

export interface TestApp {
  readonly world: World<SettingsOf<'kinvey'>, DataOf<'kinvey'>>
  readonly config: KinveyConfig
  readonly backend: ReturnType<typeof createKinveyBackend>
  readonly provider: ReturnType<typeof createKinvey>
}

/** One sandbox for a test file; each call makes an app that nobody has used. */
export const useSandbox = (): ((more?: Partial<KinveyConfig>) => TestApp) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['kinvey'] })
  })
  afterAll(() => sandbox.stop())
  return (more = {}) => {
    const { host = '', appKey = '', appSecret = '' } = sandbox.connection('kinvey')
    const config = { host, appKey, appSecret, ...more }
    return { config, world: sandbox.app('kinvey', appKey), backend: createKinveyBackend(config), provider: createKinvey(config) }
  }
}
