import type { MonacaWorld, Properties } from './data.js'
import { invalidParams } from './errors.js'
import { condition } from './monaql.js'
import { byProperty } from './order.js'
import { count, isTextList, type Params, text } from './params.js'
import { toWire } from './users.js'

const largestPage = 10_000

/** One page of the users that a server asks for. */
export const listUsers = (
  { data, settings }: MonacaWorld,
  params: Params,
): { readonly items: readonly Properties[]; readonly totalItems: number } => {
  const page = count(params, 'page', 1, Number.MAX_SAFE_INTEGER)
  const itemsInPage = count(params, 'itemsInPage', 1, largestPage)
  const order = byProperty(text(params, 'sortProperty'), sortOrder(params.sortOrder ?? 'asc'))
  const names = propertyNames(params.propertyNames ?? [])
  const isNamed = nameFilter(params)
  const isMeant = userQuery(params)
  const found = Object.values(data.users)
    .map((user) => ({ user, document: toWire(user, settings) }))
    .filter(({ user, document }) => (user.id === params.nameFilter || isNamed(user.username)) && isMeant(document))
    .sort((one, other) => order(one.document, other.document))
  const start = (page - 1) * itemsInPage
  return { items: found.slice(start, start + itemsInPage).map(({ user }) => toWire(user, settings, names)), totalItems: found.length }
}

const sortOrder = (value: unknown): 'asc' | 'desc' => {
  if (value !== 'asc' && value !== 'desc') throw invalidParams({ sortOrder: 'Must be "asc" or "desc".' })
  return value
}

// The reference calls them a string and means several: one with commas is as good as an array.
const propertyNames = (value: unknown): readonly string[] => {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value
  if (!isTextList(names)) throw invalidParams({ propertyNames: 'Must be an array of strings.' })
  return names
}

const nameFilter = (params: Params): ((username: string) => boolean) => {
  const keyword = optional(params, 'nameFilter', '')
  return (username) => username.includes(keyword)
}

const userQuery = (params: Params): ((document: Properties) => boolean) => {
  const bound = params.userQueryBindParams ?? []
  if (!Array.isArray(bound)) throw invalidParams({ userQueryBindParams: 'Must be an array.' })
  const query = optional(params, 'userQuery', '')
  return query.trim() === '' ? () => true : condition(query, bound)
}

const optional = (params: Params, name: string, otherwise: string): string =>
  params[name] === undefined || params[name] === null ? otherwise : text(params, name)
