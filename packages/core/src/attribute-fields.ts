import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as t from '#io-ts'
import { checked } from './config.js'
import { defined } from './fields.js'
import { brokenAttribute, type Rules } from './rules.js'
import type { Profile, ProfileChange } from './user.js'
import type { BrokenInput } from './validation.js'

type Input = Partial<Profile & ProfileChange & { readonly profile: Profile }>

/**
 * For a vendor that has no fields of its own for some of what a user has: the app may say which attribute holds each one. `usual`: the
 * attribute where it does not say. Gives the part of a configuration (`Fields`), all names by that configuration (`fieldNames`), and the
 * rule that nobody may set such an attribute by its own name (`usedField`).
 */
export const attributeFields = <const Usual extends Readonly<Record<string, string>>>(rules: Rules['attributes'], usual: Usual) => {
  type Names = { readonly [Field in keyof Usual]: string }
  type Named = { readonly [Field in keyof Usual]?: string }

  const isAttributeName = (value: unknown): value is string =>
    typeof value === 'string' && brokenAttribute(rules, { [value]: null }) === undefined

  // A field of the vendor's own means something else: whoever wrote a display name into `password` would change the password.
  const AttributeName = checked('the name of an attribute, none of the vendor’s own fields', isAttributeName)

  const fieldNames = ({ fields }: { readonly fields?: Named | undefined }): Names => ({ ...usual, ...defined({ ...fields }) })

  const areDistinct = (fields: Named): boolean => {
    const names = Object.values<string>(fieldNames({ fields }))
    return new Set(names).size === names.length
  }

  const props = Object.fromEntries(Object.keys(usual).map((field) => [field, AttributeName])) as Record<keyof Usual, typeof AttributeName>
  const Each = t.partial(props)
  // Two fields in one attribute would overwrite each other.
  const Fields = new t.PartialType<typeof props, Named, Named, unknown>(
    `an attribute of its own for each of ${Object.keys(usual).join(', ')}`,
    (value): value is Named => Each.is(value) && areDistinct(value as Named),
    (value, context) =>
      pipe(
        Each.validate(value, context) as t.Validation<Named>,
        E.flatMap((named) => (areDistinct(named) ? t.success(named) : t.failure(value, context))),
      ),
    t.identity,
    props,
  )

  const usedField = (input: unknown, config: { readonly fields?: Named | undefined }): BrokenInput | undefined => {
    const { profile, attributes, set, remove } = (input ?? {}) as Input
    const used = [...Object.keys({ ...profile?.attributes, ...attributes, ...set }), ...(remove ?? [])]
    if (used.length === 0) return undefined
    const [field, name] = Object.entries<string>(fieldNames(config)).find(([, attribute]) => used.includes(attribute)) ?? []
    return name === undefined ? undefined : { field: `attributes.${name}`, rule: `holds the ${field} of the user` }
  }

  return { Fields, fieldNames, usedField }
}
