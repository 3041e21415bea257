import { randomUUID } from 'node:crypto'
import type { DataOf, Sandbox, SettingsOf, World } from '../src/index.js'

export interface KinveyApp {
  readonly connection: { readonly host: string; readonly appKey: string; readonly appSecret: string; readonly masterSecret: string }
  readonly world: World<SettingsOf<'kinvey'>, DataOf<'kinvey'>>
}

/** An app nobody has used. */
export function newApp(sandbox: Sandbox): KinveyApp {
  const { host = '', appKey = '', appSecret = '', masterSecret = '' } = sandbox.connection('kinvey')
  return { connection: { host, appKey, appSecret, masterSecret }, world: sandbox.app('kinvey', appKey) }
}

export interface Person {
  readonly username: string
  readonly password: string
  readonly email: string
  readonly first_name: string
}

export function newPerson(): Person {
  const name = randomUUID()
  return { username: `user-${name}`, password: `pass-${name}`, email: `${name}@example.com`, first_name: `First ${name}` }
}

/** Opens the hosted reset page behind a mailed link and submits the new password. */
export async function resetThroughPage(link: string, password: string): Promise<Response> {
  const form = await (await fetch(link)).text()
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
  const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(form) ?? []
  return fetch(new URL(action, link), { method: 'POST', body: new URLSearchParams([...hidden, ['password', password]]) })
}
