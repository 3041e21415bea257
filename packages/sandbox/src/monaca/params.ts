import { isObject } from '../json.js'
import { invalidParams } from './errors.js'

/** The `params` of a call: named, of unknown content. */
export type Params = Readonly<Record<string, unknown>>

export const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** A text parameter. Fails with -32602 where it is missing. */
export const text = (params: Params, name: string): string => {
  const value = params[name]
  if (typeof value !== 'string') throw invalidParams({ [name]: 'Must be a string.' })
  return value
}

export const textList = (params: Params, name: string): readonly string[] => {
  const value = params[name]
  if (!isTextList(value)) throw invalidParams({ [name]: 'Must be an array of strings.' })
  return value
}

/** An object parameter; empty where it is absent. */
export const record = (params: Params, name: string): Readonly<Record<string, unknown>> => {
  const value = params[name] ?? {}
  if (!isObject(value)) throw invalidParams({ [name]: 'Must be an object.' })
  return value
}

/** A whole number within bounds. */
export const count = (params: Params, name: string, minimum: number, maximum: number): number => {
  const value = params[name]
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum) {
    throw invalidParams({ [name]: `Must be a whole number from ${minimum} to ${maximum}.` })
  }
  return value
}
