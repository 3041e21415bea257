import { attributeFields } from '@userport/core'
import { rules } from './rules.js'

export const { Fields, fieldNames, usedField } = attributeFields(rules.attributes, {
  displayName: 'displayName',
  phone: 'phone',
  locale: 'locale',
  country: 'country',
})

/** The attribute that holds each field. */
export type FieldNames = ReturnType<typeof fieldNames>
