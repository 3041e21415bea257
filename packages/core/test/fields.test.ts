import { describe, expect, it } from 'vitest'
import { defined, fieldsWhere } from '../src/index.js'

describe('fieldsWhere', () => {
  it('keeps the fields that pass, in their order, and leaves the object as it was', () => {
    const fields = { b: 1, _a: 2, c: 3 }
    expect(Object.entries(fieldsWhere(fields, (name, value) => !name.startsWith('_') && value < 3))).toEqual([['b', 1]])
    expect(fields).toEqual({ b: 1, _a: 2, c: 3 })
  })

  it('keeps a field called __proto__ as a field: an app may have one, and nobody may change what an object is by it', () => {
    const sent = JSON.parse('{"__proto__":{"admin":true},"level":1}') as Record<string, unknown>
    const kept = fieldsWhere(sent, () => true)
    expect(Object.keys(kept)).toEqual(['__proto__', 'level'])
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype)
    expect('admin' in kept).toBe(false)
    expect(JSON.stringify(kept)).toBe(JSON.stringify(sent))
  })
})

describe('defined', () => {
  it('leaves out what is undefined, and nothing else', () => {
    expect(Object.entries(defined({ a: undefined, b: null, c: 0, d: '', e: false }))).toEqual([
      ['b', null],
      ['c', 0],
      ['d', ''],
      ['e', false],
    ])
  })
})
