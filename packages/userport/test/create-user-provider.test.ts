import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HttpClient, isUserError, toPromises, type UserError } from '@userport/core'
import { kii } from '@userport/kii'
import { startSandbox } from '@userport/sandbox'
import { createUserProvider, defineConfig, redactConfig } from 'userport'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { readConfig } from '../src/read-config.js'

const at = { vendor: 'userport', operation: 'test' }
const valid = { vendor: 'kii', site: 'https://api.example.com/api', appId: 'app', appKey: 'a-secret-key' } as const

const refusal = async (config: object, options = {}): Promise<UserError> => {
  const outcome = await createUserProvider(config, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!isUserError(outcome)) throw new Error('was not refused')
  return outcome.error
}

describe('createUserProvider', () => {
  it.each([
    ['no vendor', {}, 'vendor', 'is missing.'],
    ['a vendor nobody has', { vendor: 'parse' }, 'vendor', 'is not a known vendor.'],
    ['a key that is missing', { vendor: 'kii', site: valid.site, appId: 'app' }, 'appKey', 'is missing.'],
    ['an empty key', { ...valid, appId: ' ' }, 'appId', 'is not valid.'],
    ['an unknown key', { ...valid, appID: 'app' }, 'appID', 'is not a known key.'],
    ['an admin key', { ...valid, clientSecret: 'x' }, 'clientSecret', 'is not a known key.'],
    ['http to another machine', { ...valid, site: 'http://api.example.com/api' }, 'site', 'is not valid.'],
    ['credentials in the address', { ...valid, site: 'https://me:you@api.example.com' }, 'site', 'is not valid.'],
    ['a deadline of 0', { ...valid, deadline: 0 }, 'deadline', 'is not valid.'],
    ['a store nobody has', { ...valid, store: 'redis' }, 'store', 'is not valid.'],
  ])('refuses %s, naming the path and never a value', async (_, config, path, problem) => {
    const error = await refusal(config)
    expect(error).toMatchObject({ _tag: 'Configuration', path, problem })
    expect(JSON.stringify(error)).not.toMatch(/a-secret-key|me:you/)
  })

  const monaca = { vendor: 'monaca', endpoint: 'https://monaca.example.com/', backendId: 'app', apiKey: 'a-secret-key' }
  const kinvey = { vendor: 'kinvey', host: 'https://baas.example.com', appKey: 'app', appSecret: 'a-secret-key' }
  it.each([
    ['resetPassword', { ...valid, resetPassword: 'mine' }, 'Expected "generated" or "chosen".'],
    ['apiVersion', { ...kinvey, apiVersion: 2 }, 'Expected 3 or 4 or 5 or 6.'],
    ['sessionsAfterReset', { ...monaca, sessionsAfterReset: true }, 'Expected "end" or "stay".'],
    ['fields.email', { ...monaca, fields: { email: '' } }, 'Expected the name of an attribute, none of the vendor’s own fields.'],
  ])('says every choice that %s has', async (path, config, fix) => {
    expect(await refusal(config)).toMatchObject({ _tag: 'Configuration', path, problem: 'is not valid.', fix })
  })

  it.each([
    ['sessionLifetime', 'a whole number of at least 1', { ...valid, sessionLifetime: Number.NaN }],
    ['sessionLifetime', 'a whole number of at least 1', { ...valid, sessionLifetime: -1 }],
    ['resetTokenLifetime', 'a number of seconds, more than 0', { ...monaca, resetTokenLifetime: 0 }],
    ['resetTokenLifetime', 'a number of seconds, more than 0', { ...monaca, resetTokenLifetime: Number.NaN }],
    ['appId', 'a text that is not empty, nor one dot or two', { ...valid, appId: '..' }],
    ['appKey', 'a text that is not empty, nor one dot or two', { ...kinvey, appKey: '.' }],
    ['backendId', 'a text that is not empty, nor one dot or two', { ...monaca, backendId: '..' }],
  ])('refuses a %s that is not %s', async (path, expected, config) => {
    expect(await refusal(config)).toMatchObject({ _tag: 'Configuration', path, fix: `Expected ${expected}.` })
  })

  it('refuses what is no configuration at all', async () => {
    expect(await refusal(JSON.parse('null'))).toMatchObject({ _tag: 'Configuration', path: 'vendor', problem: 'is missing.' })
  })

  it('names the keys that there are where one is not known', async () => {
    const { message } = await refusal({ ...valid, appID: 'app' })
    expect(message).toMatch(/^appID: is not a known key\. Known keys: .*\bappId\b.* Common keys: .*\bstore\b.*namespace/)
  })

  it('accepts http on this machine', async () => {
    const provider = await createUserProvider({ ...valid, site: 'http://127.0.0.1:1/api' })
    expect(provider.vendor).toBe('kii')
  })

  it('refuses a vendor that lacks what the app requires, and names who has it', async () => {
    const error = await refusal(valid, { requires: ['forgotUsername', 'upgrade.kept'] })
    expect(error).toMatchObject({ _tag: 'Configuration', path: 'requires' })
    expect(error.message).toContain('forgotUsername (had by kinvey)')
    expect(error.message).not.toContain('upgrade.kept')
  })

  it('takes the requirements of the configuration too', async () => {
    expect(await refusal({ ...valid, requires: ['passwordReset.email-code'] })).toMatchObject({ path: 'requires' })
  })

  it('uses a vendor package that the app brings', async () => {
    const provider = await createUserProvider(valid, { vendors: { kii } })
    expect(provider.capabilities).toBe(kii.capabilities)
    expect(await refusal({ ...valid, vendor: 'kinvey' }, { vendors: { kii } })).toMatchObject({ fix: 'Use one of kii.' })
  })

  it('keeps the session in a folder when the configuration says so', async () => {
    const sandbox = await startSandbox({ vendors: ['kii'] })
    try {
      const folder = await mkdtemp(join(tmpdir(), 'userport-'))
      const { site = '', appId = '', appKey = '' } = sandbox.connection('kii')
      const config = { vendor: 'kii', site, appId, appKey, store: `file:${folder}` } as const
      const first = toPromises(await createUserProvider(config))
      const user = await first.signInAnonymously()
      expect(await readdir(folder)).not.toEqual([])
      const second = toPromises(await createUserProvider(config))
      expect(await second.restore()).toMatchObject({ id: user.id })
    } finally {
      await sandbox.stop()
    }
  })

  it('goes by what the configuration says of deadline, namespace and caution', async () => {
    const looked: string[] = []
    const store = { get: (name: string) => void looked.push(name), set: () => undefined, remove: () => undefined }
    const http: HttpClient = {
      send: ({ url }) =>
        url.includes('/me')
          ? new Promise(() => undefined)
          : Promise.resolve({ status: 404, headers: {}, body: JSON.stringify({ errorCode: 'USER_NOT_FOUND' }) }),
    }
    const outcomes = async (more: object) => {
      const provider = await createUserProvider({ ...valid, ...more }, { http, store })
      const reset = provider.requestPasswordReset({ identifier: { email: 'a@example.com' } })
      return [await provider.signInWithToken({ token: 'a' })(), await reset()].map((outcome) =>
        outcome._tag === 'Left' ? outcome.left._tag : 'Right',
      )
    }
    expect(await outcomes({ deadline: 20, namespace: 'shop', enumerationSafe: true })).toEqual(['Timeout', 'InvalidCredentials'])
    expect(looked.filter((name) => !name.startsWith('shop'))).toEqual([])
    expect(await outcomes({ deadline: 20 })).toEqual(['Timeout', 'UserNotFound'])
  })

  it.each(['localStorage', 'sessionStorage'] as const)('refuses %s where there is none', async (store) => {
    expect(await refusal({ ...valid, store })).toMatchObject({ _tag: 'Configuration', path: 'store' })
  })

  it('keeps the session in memory in a page that the browser bars from its storage', async () => {
    vi.stubGlobal('document', {})
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get: () => {
        throw new Error('The operation is insecure.')
      },
    })
    try {
      expect((await createUserProvider(valid)).vendor).toBe('kii')
      expect(await refusal({ ...valid, store: 'localStorage' })).toMatchObject({ _tag: 'Configuration', path: 'store' })
    } finally {
      vi.unstubAllGlobals()
      Reflect.deleteProperty(globalThis, 'localStorage')
    }
  })

  it('knows at compile time what a named vendor lacks', async () => {
    const provider = await createUserProvider(defineConfig(valid))
    // @ts-expect-error Kii has no forgotUsername
    const refused = await provider.forgotUsername({ email: 'a@example.com' })()
    expect(refused).toMatchObject({ left: { _tag: 'Unsupported', capability: 'forgotUsername' } })
    expectTypeOf(provider.capabilities.upgrade.identity).toEqualTypeOf<'kept'>()
  })
})

describe('readConfig', () => {
  const folderWith = async (name: string, text: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    await writeFile(join(folder, name), text)
    return folder
  }

  it('reads the file of the folder, overridden by single variables', async () => {
    const folder = await folderWith('userport.config.json', JSON.stringify(valid))
    const { value, source } = await readConfig(at, {
      folder,
      environment: { USERPORT_APP_ID: '12345', USERPORT_DEADLINE: '500', HOME: '/' },
    })
    expect(value).toEqual({ ...valid, appId: '12345', deadline: 500 })
    expect(source).toBe(join(folder, 'userport.config.json'))
  })

  it('does not take what a migration reads for keys of its own', async () => {
    const folder = await folderWith('userport.config.json', JSON.stringify(valid))
    const environment = {
      USERPORT_FROM_CLIENT_SECRET: 'a',
      USERPORT_TO_MASTER_SECRET: 'b',
      USERPORT_LEDGER: 'file:moving.db',
      USERPORT_LEDGER_KEY: 'c',
    }
    expect((await readConfig(at, { folder, environment })).value).toEqual(valid)
  })

  it('reads a module', async () => {
    const folder = await folderWith('userport.config.mjs', `export default ${JSON.stringify(valid)}`)
    expect((await readConfig(at, { folder, environment: {} })).value).toEqual(valid)
  })

  it('reads a file that an editor began with a byte order mark', async () => {
    const folder = await folderWith('userport.config.json', `\uFEFF${JSON.stringify(valid)}`)
    expect((await readConfig(at, { folder, environment: {} })).value).toEqual(valid)
  })

  it('takes the whole configuration from the environment when that names a vendor', async () => {
    const folder = await folderWith('userport.config.json', JSON.stringify({ ...valid, namespace: 'from-the-file' }))
    const environment = { USERPORT_VENDOR: 'kinvey', USERPORT_HOST: 'https://baas.example.com', USERPORT_REQUIRES: 'anonymous, upgrade' }
    const { value } = await readConfig(at, { folder, environment })
    expect(value).toEqual({ vendor: 'kinvey', host: 'https://baas.example.com', requires: ['anonymous', 'upgrade'] })
  })

  it.each([
    ['true', true],
    ['false', false],
  ])('takes the switch "%s" for what it says', async (text, switched) => {
    const folder = await folderWith('userport.config.json', JSON.stringify(valid))
    const { value } = await readConfig(at, { folder, environment: { USERPORT_ENUMERATION_SAFE: text } })
    expect(value).toMatchObject({ enumerationSafe: switched })
  })

  it.each(['TRUE', '1', 'yes', ''])('does not take the switch "%s" for off', async (text) => {
    const folder = await folderWith('userport.config.json', JSON.stringify(valid))
    const { value } = await readConfig(at, { folder, environment: { USERPORT_ENUMERATION_SAFE: text } })
    expect(await refusal(value)).toMatchObject({ _tag: 'Configuration', path: 'enumerationSafe', fix: 'Expected boolean.' })
  })

  const kinveyApp = { vendor: 'kinvey', host: 'https://baas.example.com', appKey: 'kid_1', appSecret: 'secret' }
  const monacaApp = { vendor: 'monaca', endpoint: 'https://monaca.example.com/', backendId: 'app', apiKey: 'key' }
  it.each([
    ['USERPORT_DEADLINE', '500', valid],
    ['USERPORT_SESSION_LIFETIME', '3600', valid],
    ['USERPORT_API_VERSION', '5', kinveyApp],
    ['USERPORT_TRIM_PASSWORDS', 'true', kinveyApp],
    ['USERPORT_RESET_TOKEN_LIFETIME', '600', monacaApp],
    ['USERPORT_APP_ID', '12345', valid],
  ])('takes %s=%s for what the key wants', async (name, text, config) => {
    const folder = await folderWith('userport.config.json', JSON.stringify(config))
    const { value } = await readConfig(at, { folder, environment: { [name]: text } })
    expect((await createUserProvider(value)).vendor).toBe(config.vendor)
  })

  it('says that a file cannot be read, not that there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userport-'))
    await mkdir(join(folder, 'userport.config.json'))
    const outcome = readConfig(at, { folder, environment: {} })
    await expect(outcome).rejects.toMatchObject({ _tag: 'Configuration', problem: 'could not be read.' })
  })

  it('reads the file that USERPORT_CONFIG names', async () => {
    const folder = await folderWith('staging.json', JSON.stringify(valid))
    expect((await readConfig(at, { folder, environment: { USERPORT_CONFIG: 'staging.json' } })).value).toEqual(valid)
  })

  it('reads the file that it is told, whatever the environment names', async () => {
    const folder = await folderWith('candidate.json', JSON.stringify(valid))
    const read = (environment: Readonly<Record<string, string>>) => readConfig(at, { folder, file: 'candidate.json', environment })
    const source = join(folder, 'candidate.json')
    expect(await read({ USERPORT_CONFIG: 'another.json', USERPORT_APP_ID: 'overridden' })).toEqual({
      value: { ...valid, appId: 'overridden' },
      source,
      variables: { appId: 'USERPORT_APP_ID' },
    })
    const whole = { USERPORT_VENDOR: 'kinvey', USERPORT_HOST: 'https://baas.example.com', USERPORT_APP_KEY: 'kid_1' }
    expect(await read(whole)).toEqual({ value: valid, source, variables: {} })
  })

  it.each([
    ['no file', 'other.json', '{}', 'was not found'],
    ['text that is not JSON', 'userport.config.json', '{"appKey": "a-secret-key" oops', 'is not valid JSON'],
    ['a list', 'userport.config.json', '[]', 'does not hold an object'],
    ['a module that throws', 'userport.config.mjs', 'throw new Error("a-secret-key")', 'could not be loaded'],
    ['it by saying where the reason can be seen', 'userport.config.mjs', 'export default { appKey: "a-secret-key"', '`node FILE`'],
    ['a module that exports something else', 'userport.config.mjs', 'export const config = {}', 'default export'],
    ['a file of another kind', 'userport.yaml', 'appKey: a-secret-key', 'is neither JSON nor JavaScript', 'userport.yaml'],
  ])('refuses %s', async (_, name, text, problem, file?: string) => {
    const folder = await folderWith(name, text)
    const error = await readConfig(at, { folder, file, environment: {} }).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    if (!isUserError(error, 'Configuration')) throw new Error('was not refused')
    expect(error.message).toContain(problem)
    expect(error.message).not.toContain('a-secret-key')
  })
})

it('a vendor that is named in code brings its extension with its types', async () => {
  const provider = await createUserProvider(defineConfig(valid))
  expectTypeOf(provider.extension.memberOfGroups).toBeFunction()
  // @ts-expect-error what only Kinvey has
  expect(provider.extension.listAuthenticators).toBeUndefined()
})

it('a redacted configuration shows no secret at any depth', () => {
  const admin = { masterSecret: 'master-secret', managementUrl: 'https://manage.example.com' }
  expect(redactConfig({ vendor: 'kinvey', appKey: 'kid_1', requires: ['upgrade'], deadline: 500, fields: null, admin })).toEqual({
    vendor: 'kinvey',
    appKey: '(5 characters)',
    requires: ['upgrade'],
    deadline: 500,
    fields: null,
    admin: { masterSecret: '(13 characters)', managementUrl: 'https://manage.example.com' },
  })
})
