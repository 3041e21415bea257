import { describe, expect, it } from 'vitest'
import { BaseUrl } from '../src/index.js'

describe('the address of a service', () => {
  it.each(['https://api.example.com', 'https://api.example.com/api/', 'http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:3000/x'])(
    'is taken: %s',
    (url) => {
      expect(BaseUrl.is(url)).toBe(true)
    },
  )

  it.each([
    ['is not encrypted, and elsewhere', 'http://api.example.com'],
    ['is not encrypted, and only called like this machine', 'http://localhost.example.com'],
    ['has a user', 'https://me@api.example.com'],
    ['has a password', 'https://:secret@api.example.com'],
    ['has a query', 'https://api.example.com/?a=b'],
    ['has an empty query, which would swallow every path', 'https://api.example.com/api?'],
    ['has a fragment', 'https://api.example.com/#a'],
    ['has an empty fragment, which would swallow every path', 'https://api.example.com/api#'],
    ['has a space at the end, which would go into every path', 'https://api.example.com/api '],
    ['has a line end, as of a file that was read', 'https://api.example.com/api\n'],
    ['is none', 'api.example.com'],
  ])('is refused where it %s', (_, url) => {
    expect(BaseUrl.is(url)).toBe(false)
  })
})
