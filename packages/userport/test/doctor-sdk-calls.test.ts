import { createRequire } from 'node:module'
import { Lang, parse } from '@ast-grep/napi'
import { createUserProvider } from 'userport'
import { describe, expect, it } from 'vitest'
import { findCalls } from '../src/cli/doctor/find-calls.js'
import { loadSdks } from '../src/cli/doctor/sdk.js'

const require = createRequire(import.meta.url)
const sdks = await loadSdks()

const configs = {
  kii: { vendor: 'kii', site: 'https://api.example.com/api', appId: 'a', appKey: 'k' },
  kinvey: { vendor: 'kinvey', host: 'https://baas.example.com', appKey: 'k', appSecret: 's' },
  monaca: { vendor: 'monaca', endpoint: 'https://cloud.example.com/', backendId: 'b', apiKey: 'k' },
} as const

const vendors = Object.keys(configs) as readonly (keyof typeof configs)[]

describe.each(vendors)('the table of %s', (vendor) => {
  const { calls } = sdks[vendor]

  it('finds each of its own examples, and by the row itself', () => {
    for (const { example } of calls) {
      const [found] = findCalls({ language: Lang.JavaScript, text: `// kinvey Kii monaca.cloud\n${example}` }, sdks[vendor])
      expect.soft(found?.call.example, example).toBe(example)
    }
  })

  it('has no pattern that finds nothing', () => {
    for (const pattern of calls.flatMap(({ patterns }) => patterns)) {
      const text = pattern.replaceAll('$$$', '{}').replace(/\$([A-Z]+)/g, (_, name: string) => name.toLowerCase())
      const found = parse(Lang.JavaScript, text).root().find({ rule: { pattern } })
      expect.soft(found?.text(), pattern).toBe(text)
    }
  })

  it('names operations that there are, and says why where there is none', async () => {
    const provider = await createUserProvider(configs[vendor])
    const known = new Set([
      'createUserProvider',
      ...Object.keys(provider),
      ...Object.keys(provider.extension).map((name) => `extension.${name}`),
    ])
    provider.close()
    for (const { call, operation, elsewhere, note } of calls) {
      if (operation === null) expect.soft(note, call).toMatch(/\w/)
      else expect.soft(known, call).toContain(operation)
      if (elsewhere !== undefined) expect.soft(known, call).toContain(elsewhere)
    }
  })
})

interface SdkClass {
  readonly prototype: object
}

const namesOf = (object: object): readonly string[] => Object.getOwnPropertyNames(object).filter((name) => /^[a-z]/i.test(name))

const methodsOf = (object: object): readonly string[] =>
  namesOf(object).filter((name) => name !== 'constructor' && typeof Object.getOwnPropertyDescriptor(object, name)?.value === 'function')

const without = (names: readonly string[], rows: readonly { readonly call: string }[], prefix: string): readonly string[] =>
  names.filter((name) => !rows.some(({ call }) => call === prefix + name))

describe('nothing of the vendors’ own packages is left out', () => {
  it('of kii-cloud-sdk', () => {
    const { KiiUser, KiiSocialConnect } = (require('kii-cloud-sdk') as { create(): Readonly<Record<string, SdkClass>> }).create()
    const { calls } = sdks.kii
    expect(without(methodsOf(KiiUser as SdkClass), calls, 'KiiUser.')).toEqual([])
    expect(without(methodsOf((KiiUser as SdkClass).prototype), calls, 'KiiUser#')).toEqual([])
    expect(without(methodsOf(KiiSocialConnect as SdkClass), calls, 'KiiSocialConnect.')).toEqual([])
  })

  it.each(['kinvey-node-sdk', 'kinvey-js-sdk'])('of %s', (name) => {
    const loaded = require(name) as { readonly Kinvey?: { readonly User: SdkClass }; readonly User: SdkClass }
    const { User } = loaded.Kinvey ?? loaded
    const { calls } = sdks.kinvey
    expect(without(methodsOf(User), calls, 'Kinvey.User.')).toEqual([])
    expect(without(methodsOf(User.prototype), calls, 'Kinvey.User#')).toEqual([])
    expect(methodsOf(User).length).toBeGreaterThan(10)
  })

  it('of the second factors in kinvey-js-sdk', () => {
    const { MFA } = require('kinvey-js-sdk') as { readonly MFA: { readonly Authenticators: object } }
    const { calls } = sdks.kinvey
    expect(without(methodsOf(MFA), calls, 'Kinvey.MFA.')).toEqual([])
    expect(without(methodsOf(MFA.Authenticators), calls, 'Kinvey.MFA.Authenticators.')).toEqual([])
    expect(methodsOf(MFA.Authenticators)).toContain('create')
  })
})
