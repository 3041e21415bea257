import type { HttpClient } from '@userport/core'
import { describe, expect, it } from 'vitest'
import { failure } from '../../core/test/support/vendor-results.js'
import { createMonacaDirectory } from '../src/directory.js'
import { createMonacaBackend, type MonacaConfig } from '../src/index.js'

type Fields = NonNullable<MonacaConfig['fields']>

describe('the properties that hold the fields of a user', () => {
  it.each<readonly [what: string, fields: Fields, path: string]>([
    ['what Monaca itself keeps', { email: '_username' }, 'fields.email'],
    ['a name that no property can have', { phone: 'home.phone' }, 'fields.phone'],
    ['one property for two', { displayName: 'name', phone: 'name' }, 'fields'],
    ['the property of another by default', { locale: 'country' }, 'fields'],
  ])('are not %s', async (_, fields, path) => {
    const sent: string[] = []
    const http: HttpClient = {
      send: async ({ url }) => {
        sent.push(url)
        throw new Error('nothing was to be sent')
      },
    }
    const address = 'http://127.0.0.1:1/'
    const backend = createMonacaBackend({ endpoint: address, backendId: 'backend', apiKey: 'key', fields }, { http })
    const directory = createMonacaDirectory({ managementUrl: address, managementKey: 'key', fields }, { http })
    const refused = { _tag: 'Configuration', path }
    expect(await failure(backend.signUp({ identifiers: { username: 'bob' }, password: 'long enough' }))).toMatchObject(refused)
    expect(await failure(directory.count())).toMatchObject(refused)
    expect(sent).toEqual([])
  })
})
