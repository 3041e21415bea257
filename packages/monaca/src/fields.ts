import { attributeFields } from '@userport/core'
import { rules } from './rules.js'

export const { Fields, fieldNames, usedField } = attributeFields(rules.attributes, {
  email: 'email',
  phone: 'phone',
  displayName: 'displayName',
  locale: 'locale',
  country: 'country',
})

/** The property that holds each field. */
export type FieldNames = ReturnType<typeof fieldNames>
