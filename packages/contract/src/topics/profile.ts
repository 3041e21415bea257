import type { JsonObject, ProfileChange } from '@userport/core'
import { canSignIn, sessionWorks } from '../context.js'
import { activeUserOf, reasonsOf } from '../device.js'
import { check, fails, rightOf, same, succeeds } from '../expectations.js'
import type { Requirement, Topic } from '../requirement.js'

const everyKind: JsonObject = {
  text: 'plain',
  blanks: '  around  ',
  markup: '<b>&amp;</b>',
  long: 'long '.repeat(200),
  digits: '007',
  date: '2024-02-29',
  time: '2024-02-29T23:59:60+09:00',
  empty: '',
  integer: 42,
  negative: -7,
  fraction: 0.125,
  large: 9007199254740991,
  huge: 1.7e308,
  tiny: 5e-324,
  zero: 0,
  yes: true,
  no: false,
  nothing: null,
  list: [1, 'two', null, [3], { four: 4 }],
  emptyList: [],
  tree: { branch: { leaf: 'green' }, none: null },
  deep: { a: [{ b: [{ c: [{ d: ['deep'] }] }] }] },
  emptyTree: {},
}

const languages: JsonObject = {
  japanese: '日本語 ひらがな',
  arabic: 'مرحبا',
  emoji: '👩‍👩‍👧 🇯🇵',
  quotes: `"'\\/`,
  lines: 'a\nb\tc',
  composed: '\u00e9',
  combining: 'e\u0301',
}

const stores = (id: string, title: string, set: JsonObject): Requirement => ({
  id,
  title,
  run: async (context) => {
    const { device, person } = await context.account()
    same((await succeeds(device.provider.updateProfile({ set }))).attributes, set, 'attributes')
    same((await sessionWorks(device)).attributes, set, 'attributes on the server')
    same((await canSignIn(context, person, person.password)).attributes, set, 'attributes on another device')
  },
})

export const profile: Topic = {
  title: 'the profile',
  requirements: [
    stores('PRO-1', 'takes JSON values of every kind', everyKind),
    stores('PRO-2', 'takes every script', languages),
    {
      id: 'PRO-3',
      title: 'leaves what is not named as it is',
      run: async (context) => {
        const { device } = await context.account({ profile: { displayName: 'Kim', attributes: { color: 'blue', size: 1 } } })
        await succeeds(device.provider.updateProfile({ set: { size: 2 } }))
        const { displayName, attributes } = await sessionWorks(device)
        same({ displayName, attributes }, { displayName: 'Kim', attributes: { color: 'blue', size: 2 } }, 'profile')
        await succeeds(device.provider.updateProfile({ displayName: 'Lee' }))
        const after = await sessionWorks(device)
        same(
          { displayName: after.displayName, attributes: after.attributes },
          { displayName: 'Lee', attributes: { color: 'blue', size: 2 } },
          'profile',
        )
      },
    },
    {
      id: 'PRO-4',
      title: 'has a display name, a locale and a country that can be changed',
      run: async (context) => {
        const { device } = await context.account()
        const change = { displayName: '金 Kim', locale: 'ja', country: 'JP' }
        await succeeds(device.provider.updateProfile(change))
        const { displayName, locale, country } = await sessionWorks(device)
        same({ displayName, locale, country }, change, 'profile')
      },
    },
    {
      id: 'PRO-5',
      title: 'the returned user, the active user and the server agree, and the change is told',
      run: async (context) => {
        const { device } = await context.account()
        const user = await succeeds(device.provider.updateProfile({ displayName: 'Kim', set: { color: 'blue' } }))
        same(activeUserOf(device), user, 'active user')
        same(reasonsOf(device), ['signedUp', 'updated'], 'reasons told')
        same({ ...(await sessionWorks(device)), vendorData: {} }, { ...user, vendorData: {} }, 'user on the server')
      },
    },
    {
      id: 'PRO-6',
      title: 'loses the attributes that are removed, and no others',
      needs: ['attributeRemoval'],
      run: async (context) => {
        const { device } = await context.account({ profile: { attributes: { color: 'blue', size: 1, shape: 'round' } } })
        const user = await succeeds(device.provider.updateProfile({ remove: ['color', 'never'], set: { size: 2 } }))
        same(user.attributes, { size: 2, shape: 'round' }, 'attributes')
        same((await sessionWorks(device)).attributes, user.attributes, 'attributes on the server')
      },
    },
    {
      id: 'PRO-7',
      title: 'refuses to remove attributes, without a request and without change',
      lacks: ['attributeRemoval'],
      run: async (context) => {
        const { device } = await context.account({ profile: { attributes: { color: 'blue' } } })
        const { capability } = await context.withoutRequest(() =>
          fails(device.provider.updateProfile({ remove: ['color'] }), 'Unsupported'),
        )
        same(capability, 'attributeRemoval', 'capability')
        same((await sessionWorks(device)).attributes, { color: 'blue' }, 'attributes')
      },
    },
    {
      id: 'PRO-8',
      title: 'refuses the vendor’s own names, without a request',
      run: async (context) => {
        const { device } = await context.account()
        for (const name of context.rules.attributes.reserved) {
          const change: ProfileChange = { set: { [name]: 'x' } }
          const { field } = await context.withoutRequest(() => fails(device.provider.updateProfile(change), 'InvalidInput'))
          same(field, `attributes.${name}`, 'field')
        }
      },
    },
    {
      id: 'PRO-9',
      title: 'names of object members do no harm',
      run: async (context) => {
        const { device, user } = await context.account()
        for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
          const outcome = await device.provider.updateProfile({ set: JSON.parse(`{"${name}":{"polluted":"yes"}}`) as JsonObject })()
          if (outcome._tag === 'Right') {
            check(Object.hasOwn(rightOf(outcome).attributes, name), `${name}: what was accepted must be there`)
          }
          check(!('polluted' in {}), `${name}: objects must not be polluted`)
        }
        same((await sessionWorks(device)).id, user.id, 'id')
      },
    },
    {
      id: 'PRO-10',
      title: 'two changes at once both hold',
      run: async (context) => {
        const { device } = await context.account()
        const { provider } = device
        await Promise.all([
          succeeds(provider.updateProfile({ set: { color: 'blue' } })),
          succeeds(provider.updateProfile({ set: { size: 2 } })),
        ])
        same(activeUserOf(device).attributes, { color: 'blue', size: 2 }, 'attributes')
        same((await sessionWorks(device)).attributes, { color: 'blue', size: 2 }, 'attributes on the server')
      },
    },
    {
      id: 'PRO-11',
      title: 'belongs to somebody: nobody’s is refused without a request',
      run: async (context) => {
        const { provider } = await context.device()
        await context.withoutRequest(() => fails(provider.updateProfile({ set: { color: 'blue' } }), 'NotSignedIn'))
      },
    },
  ],
}
