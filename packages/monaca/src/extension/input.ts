import { type BrokenInput, brokenRule, type ExtensionInput } from '@userport/core'
import type { MonacaExtension } from '../extension.js'
import { brokenProperties, isObject } from './properties.js'

// Monaca tells no rule for the names that are asked for: even system properties may be among them.
const brokenNames = (names: unknown): BrokenInput | undefined => {
  if (!Array.isArray(names) || names.length === 0) return { field: 'names', rule: 'must be a list of names' }
  const rule = names.map((name: unknown) => brokenRule({}, name)).find((broken) => broken !== undefined)
  return rule === undefined ? undefined : { field: 'names', rule: `each ${rule}` }
}

const brokenChange = (properties: unknown): BrokenInput | undefined =>
  isObject(properties) && Object.keys(properties).length === 0
    ? { field: 'properties', rule: 'must name something to save' }
    : brokenProperties(properties)

const brokenName = (name: unknown): BrokenInput | undefined => {
  const rule = brokenRule({}, name)
  return rule === undefined ? undefined : { field: 'name', rule }
}

const brokenRegistration = (input: unknown): BrokenInput | undefined => {
  if (!isObject(input)) return { field: 'input', rule: 'must be an object' }
  const rule = brokenRule({}, input.username)
  if (rule !== undefined) return { field: 'username', rule }
  return input.properties === undefined || isObject(input.properties) ? undefined : { field: 'properties', rule: 'must be an object' }
}

/** What each operation of the extension checks before any request. */
export const extensionInput: ExtensionInput<MonacaExtension> = {
  getProperty: (name) => brokenNames([name]),
  getProperties: brokenNames,
  saveProperty: ({ name, value }) => brokenName(name) ?? brokenChange({ [name]: value }),
  saveProperties: brokenChange,
  validate: brokenRegistration,
  getDeviceProperties: brokenNames,
  saveDeviceProperties: brokenChange,
}
