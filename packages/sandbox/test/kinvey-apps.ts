import { afterAll, beforeAll } from 'vitest'
import { type Sandbox, startSandbox } from '../src/index.js'
import { type KinveyApp, newApp, newPerson, type Person } from './kinvey-app.js'
import { type KinveyClient, kinveyClient } from './kinvey-client.js'

/** An app of its own for each call, with a client for it and somebody who has no account there yet. */
export const kinveyApps = (): (() => { readonly app: KinveyApp; readonly client: KinveyClient; readonly ann: Person }) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ vendors: ['kinvey'] })
  })
  afterAll(() => sandbox.stop())
  return () => {
    const app = newApp(sandbox)
    return { app, client: kinveyClient(app), ann: newPerson() }
  }
}
