import { brokenRule, type Json, type Result, type Rules, type TextRule, type UserProvider } from '@userport/core'
import type { ContractContext } from '../context.js'
import { check, fails } from '../expectations.js'
import { freshValue, type Person } from '../person.js'
import { hides } from '../reachable-text.js'
import type { Requirement, Topic } from '../requirement.js'

type TextField = Exclude<keyof Rules, 'attributes'>

/** Something that breaks the rule by its pattern or by a length, where the rule has one. */
const breaking = (rule: TextRule): readonly string[] => {
  const candidates = [
    '\u0000',
    ' leading',
    '@',
    'a b',
    '!',
    '日本',
    '-',
    'x'.repeat((rule.minLength ?? 1) - 1),
    'x'.repeat((rule.maxLength ?? 0) + 1),
  ]
  return candidates.filter((text) => text !== '' && brokenRule(rule, text) !== undefined)
}

const refused = async (context: ContractContext, operation: Result<unknown>, field: RegExp, secret: string): Promise<void> => {
  const error = await context.withoutRequest(() => fails(operation, 'InvalidInput'))
  check(field.test(error.field), `field: expected ${field.source}, got ${error.field}`)
  check(error.rule !== '', 'the rule must be said')
  hides(error, secret === '' ? [] : [secret], 'the error')
}

interface Bad {
  readonly what: string
  readonly field: RegExp
  readonly input: (person: Person, context: ContractContext) => unknown
}

const credentialsWith =
  (change: (person: Person) => object) =>
  (person: Person): object => ({
    identifiers: person.identifiers,
    password: person.password,
    ...change(person),
  })

const cyclic = (): Json => {
  const value: Record<string, unknown> = {}
  value.self = value
  return value as Json
}

const notJson: readonly (readonly [string, () => unknown])[] = [
  ['undefined', () => undefined],
  ['a function', () => () => 1],
  ['not a number', () => Number.NaN],
  ['infinity', () => Number.POSITIVE_INFINITY],
  ['a date', () => new Date()],
  ['a map', () => new Map()],
  ['a big integer', () => 1n],
  ['undefined deep inside', () => ({ deep: [undefined] })],
  ['an object that holds itself', cyclic],
]

/** Accounts that cannot be: for signing up and for upgrading. */
const badAccounts: readonly Bad[] = [
  { what: 'no identifier', field: /./, input: credentialsWith(() => ({ identifiers: {} })) },
  { what: 'no identifiers at all', field: /./, input: credentialsWith(() => ({ identifiers: undefined })) },
  {
    what: 'an empty identifier',
    field: /username|email|phone/,
    input: credentialsWith(({ identifier }) => ({ identifiers: emptied(identifier, '') })),
  },
  {
    what: 'a blank identifier',
    field: /username|email|phone/,
    input: credentialsWith(({ identifier }) => ({ identifiers: emptied(identifier, '   ') })),
  },
  {
    what: 'an identifier that is a number',
    field: /username|email|phone/,
    input: credentialsWith(({ identifier }) => ({ identifiers: emptied(identifier, 7) })),
  },
  { what: 'an empty password', field: /password/, input: credentialsWith(() => ({ password: '' })) },
  { what: 'no password', field: /password/, input: credentialsWith(() => ({ password: undefined })) },
  { what: 'a password that is a number', field: /password/, input: credentialsWith(() => ({ password: 12345678 })) },
  { what: 'nothing', field: /./, input: () => undefined },
  { what: 'null', field: /./, input: () => null },
]

const emptied = (identifier: object, value: unknown): object => Object.fromEntries(Object.keys(identifier).map((kind) => [kind, value]))

const badSignIns: readonly Bad[] = [
  { what: 'no identifier', field: /identifier/, input: ({ password }) => ({ identifier: {}, password }) },
  { what: 'no identifier at all', field: /identifier/, input: ({ password }) => ({ password }) },
  {
    what: 'an empty identifier',
    field: /username|email|phone/,
    input: ({ identifier, password }) => ({ identifier: emptied(identifier, ''), password }),
  },
  {
    what: 'an identifier that is an object',
    field: /username|email|phone/,
    input: ({ identifier, password }) => ({ identifier: emptied(identifier, {}), password }),
  },
  { what: 'an empty password', field: /password/, input: ({ identifier }) => ({ identifier, password: '' }) },
  { what: 'no password', field: /password/, input: ({ identifier }) => ({ identifier }) },
  { what: 'nothing', field: /./, input: () => undefined },
]

const each = (
  id: string,
  bads: readonly Bad[],
  call: (provider: UserProvider, input: never) => Result<unknown>,
  more: Partial<Requirement> & { readonly anonymous?: boolean } = {},
): readonly Requirement[] =>
  bads.map(({ what, field, input }, index): Requirement => {
    const { anonymous, ...rest } = more
    return {
      ...rest,
      id: `${id}.${index + 1}`,
      title: `${call.name}: ${what}`,
      run: async (context) => {
        const { provider } = anonymous === true ? await context.anonymous() : await context.device()
        const person = context.person()
        await refused(context, call(provider, input(person, context) as never), field, person.password)
      },
    }
  })

const signUp = (provider: UserProvider, input: never): Result<unknown> => provider.signUp(input)
const signIn = (provider: UserProvider, input: never): Result<unknown> => provider.signIn(input)
const upgrade = (provider: UserProvider, input: never): Result<unknown> => provider.upgrade(input)

const brokenField = (name: TextField): Requirement => ({
  id: `INP-4.${name}`,
  title: `signUp: every ${name} that breaks its rule`,
  only: { when: ({ rules }) => breaking(rules[name]).length > 0, otherwise: `there is no rule for ${name} that the suite can break` },
  run: async (context) => {
    const { provider } = await context.device()
    for (const value of breaking(context.rules[name])) {
      const { identifiers, password } = context.person()
      const isIdentifier = name === 'username' || name === 'email' || name === 'phone'
      const input = {
        identifiers: isIdentifier ? { ...identifiers, [name]: value } : identifiers,
        password: name === 'password' ? value : password,
        profile: isIdentifier || name === 'password' ? {} : { [name]: value },
      }
      await refused(context, provider.signUp(input), new RegExp(name), password)
    }
  },
})

const textFields: readonly TextField[] = ['username', 'email', 'phone', 'password', 'displayName', 'locale', 'country']

export const input: Topic = {
  title: 'bad input is refused without a request, naming field and rule',
  requirements: [
    ...each('INP-1', badAccounts, signUp),
    ...each('INP-2', badAccounts, upgrade, { needs: ['anonymous', 'upgrade'], anonymous: true }),
    ...each('INP-3', badSignIns, signIn),
    ...textFields.map(brokenField),
    ...notJson.map(
      ([what, make], index): Requirement => ({
        id: `INP-5.${index + 1}`,
        title: `updateProfile: an attribute that is ${what}`,
        run: async (context) => {
          const { device } = await context.account()
          await refused(context, device.provider.updateProfile({ set: { odd: make() as Json } }), /^(attributes\.odd|input$)/, '')
        },
      }),
    ),
    {
      id: 'INP-6',
      title: 'updateProfile: nothing to change, or the same attribute set and removed',
      run: async (context) => {
        const { provider } = (await context.account()).device
        await refused(context, provider.updateProfile({}), /./, '')
        await refused(context, provider.updateProfile(undefined as never), /./, '')
        await refused(context, provider.updateProfile({ set: {} }), /./, '')
        if (context.capabilities.attributeRemoval)
          await refused(context, provider.updateProfile({ set: { color: 'blue' }, remove: ['color'] }), /color/, '')
      },
    },
    {
      id: 'INP-7',
      title: 'updateProfile: more than fits',
      only: { when: ({ rules }) => rules.attributes.maxBytes !== undefined, otherwise: 'there is no limit' },
      run: async (context) => {
        const { provider } = (await context.account()).device
        await refused(
          context,
          provider.updateProfile({ set: { essay: 'x'.repeat(context.rules.attributes.maxBytes ?? 0) } }),
          /attributes/,
          '',
        )
      },
    },
    {
      id: 'INP-8',
      title: 'requestPasswordReset: no identifier',
      needs: ['passwordReset'],
      run: async (context) => {
        const { provider } = await context.device()
        for (const bad of [undefined, {}, { identifier: {} }, { identifier: undefined }]) {
          await refused(context, provider.requestPasswordReset(bad as never), /./, '')
        }
      },
    },
    {
      id: 'INP-9',
      title: 'completePasswordReset: no ticket, another vendor’s ticket, no code',
      needs: ['resetByCode'],
      run: async (context) => {
        const { provider } = await context.device()
        const newPassword = freshValue(context, 'password')
        const ticket = { completion: 'in-app', vendor: 'another', type: 'password-reset' }
        for (const bad of [
          undefined,
          { code: '1' },
          { ticket, code: '1', newPassword },
          { ticket: { ...ticket, vendor: provider.vendor }, code: '', newPassword },
        ]) {
          await refused(context, provider.completePasswordReset(bad as never), /./, newPassword)
        }
      },
    },
    {
      id: 'INP-10',
      title: 'looking up: empty identifiers',
      run: async (context) => {
        const { provider } = (await context.account()).device
        const { findUser, usernameExists, forgotUsername } = context.capabilities
        if (findUser !== false) await refused(context, provider.findUser({ [findUser.identifiers[0] ?? 'username']: '' } as never), /./, '')
        if (usernameExists !== false) await refused(context, provider.usernameExists(''), /username/, '')
        if (forgotUsername) await refused(context, provider.forgotUsername({ email: 'nothing' }), /email/, '')
      },
    },
  ],
}
