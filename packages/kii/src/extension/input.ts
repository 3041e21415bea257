import { type BrokenInput, brokenAttribute, brokenRule, type ExtensionInput, type JsonObject, type TextRule } from '@userport/core'
import type { KiiCount, KiiExpected, KiiObjectKey } from '../endpoints/bucket.js'
import type { KiiExtension } from '../extension.js'
import { rules } from '../rules.js'
import { brokenClause } from './clauses.js'
import type { KiiBucket } from './uris.js'

type Broken = BrokenInput | undefined

const bucketName: TextRule = {
  pattern: {
    source: '^[a-zA-Z0-9-][a-zA-Z0-9_-]{1,63}$',
    says: '2 to 64 letters, digits, hyphens or underscores, the first of them no underscore',
  },
}
// Two dots would lead out of the bucket.
const objectId: TextRule = {
  pattern: { source: '^(?!\\.\\.$)[a-zA-Z0-9_.-]{2,100}$', says: '2 to 100 letters, digits, dots, hyphens or underscores' },
}
const dataType: TextRule = { pattern: { source: '^[a-zA-Z0-9_-]+$', says: 'letters, digits, hyphens or underscores' } }
const version: TextRule = { pattern: { source: '^[!#-~]+$', says: 'the version that Kii gave' } }
const anything: TextRule = {}

const text = (field: string, rule: TextRule, value: unknown): Broken => {
  const broken = brokenRule(rule, value)
  return broken === undefined ? undefined : { field, rule: broken }
}

const optional = (field: string, rule: TextRule, value: unknown): Broken => (value === undefined ? undefined : text(field, rule, value))

const flag = (field: string, value: unknown): Broken =>
  value === undefined || typeof value === 'boolean' ? undefined : { field, rule: 'must be true or false' }

const first = (...complaints: readonly Broken[]): Broken => complaints.find((complaint) => complaint !== undefined)

const bucket = ({ bucket: name, encrypted }: KiiBucket): Broken => first(text('bucket', bucketName, name), flag('encrypted', encrypted))

const objectFields = (fields: JsonObject): Broken => {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return { field: 'fields', rule: 'must be an object' }
  const broken = brokenAttribute({ key: rules.attributes.key, reserved: [] }, fields)
  return broken === undefined ? undefined : { ...broken, field: broken.field.replace('attributes', 'fields') }
}

const expected = ({ ifMatch }: KiiExpected): Broken => optional('ifMatch', version, ifMatch)

const count = (input: KiiCount): Broken => first(bucket(input), input.clause === undefined ? undefined : brokenClause(input.clause))

const key = (input: KiiObjectKey): Broken => first(bucket(input), text('id', objectId, input.id))

/** What each operation of the extension checks before any request. */
export const extensionInput: ExtensionInput<KiiExtension> = {
  listTopics: (input = {}) => optional('paginationKey', anything, input.paginationKey),
  createObject: (input) => first(bucket(input), optional('type', dataType, input.type), objectFields(input.fields)),
  getObject: key,
  patchObject: (input) => first(key(input), expected(input), objectFields(input.fields)),
  replaceObject: (input) => first(key(input), expected(input), flag('onlyNew', input.onlyNew), objectFields(input.fields)),
  deleteObject: (input) => first(key(input), expected(input)),
  countObjects: count,
  queryObjects: (input) =>
    first(
      count(input),
      optional('orderBy', anything, input.orderBy),
      flag('descending', input.descending),
      optional('paginationKey', anything, input.paginationKey),
      input.limit === undefined || (Number.isInteger(input.limit) && input.limit > 0)
        ? undefined
        : { field: 'limit', rule: 'must be a whole number above 0' },
    ),
}
