import { type BrokenInput, brokenAttribute, type JsonObject } from '@userport/core'
import { rules } from '../rules.js'

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is wrong with the properties of a user or a device. */
export const brokenProperties = (properties: unknown): BrokenInput | undefined => {
  if (!isObject(properties)) return { field: 'properties', rule: 'must be an object' }
  const broken = brokenAttribute(rules.attributes, properties)
  return broken === undefined ? undefined : { ...broken, field: broken.field.replace(/^attributes/, 'properties') }
}
