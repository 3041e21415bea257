import { type BrokenInput, brokenAttribute, defined, type Profile, type ProfileChange } from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as t from '#io-ts'
import { rules } from './rules.js'

/** The attribute that holds each field. */
export interface FieldNames {
  readonly displayName: string
  readonly phone: string
  readonly locale: string
  readonly country: string
}

const ownNames: FieldNames = { displayName: 'displayName', phone: 'phone', locale: 'locale', country: 'country' }

const isAttributeName = (value: unknown): value is string =>
  typeof value === 'string' && brokenAttribute(rules.attributes, { [value]: null }) === undefined

// A field of Kinvey's own means something else: whoever wrote a display name into `password` would change the password.
const AttributeName = new t.Type<string, string, unknown>(
  'the name of an attribute, none of Kinvey’s own fields',
  isAttributeName,
  (value, context) => (isAttributeName(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
)

const Named = t.partial({ displayName: AttributeName, phone: AttributeName, locale: AttributeName, country: AttributeName })
type Named = t.TypeOf<typeof Named>

interface Configured {
  readonly fields?: Named
}

export const fieldNames = ({ fields = {} }: Configured): FieldNames => ({ ...ownNames, ...defined(fields) })

const areDistinct = (fields: Named): boolean => {
  const names = Object.values(fieldNames({ fields }))
  return new Set(names).size === names.length
}

/** Which attributes hold the fields, each one of its own: two in one would overwrite each other. */
export const Fields = new t.PartialType<typeof Named.props, Named, t.OutputOf<typeof Named>, unknown>(
  'an attribute of its own for each of displayName, phone, locale and country',
  (value): value is Named => Named.is(value) && areDistinct(value),
  (value, context) =>
    pipe(
      Named.validate(value, context),
      E.flatMap((named) => (areDistinct(named) ? t.success(named) : t.failure(value, context))),
    ),
  t.identity,
  Named.props,
)

type Input = Partial<Profile & ProfileChange & { readonly profile: Profile }>

/** Is a field of the user named among the attributes? Which names those are, the configuration decides. */
export const usedField = (input: unknown, config: Configured): BrokenInput | undefined => {
  const { profile, attributes, set, remove } = (input ?? {}) as Input
  const used = [...Object.keys({ ...profile?.attributes, ...attributes, ...set }), ...(remove ?? [])]
  const [field, name] = Object.entries(fieldNames(config)).find(([, attribute]) => used.includes(attribute)) ?? []
  return name === undefined ? undefined : { field: `attributes.${name}`, rule: `holds the ${field} of the user` }
}
