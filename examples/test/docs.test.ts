import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { withGeneratedParts } from '../../scripts/docs.mjs'

it('has generated tables that are up to date (npm run docs)', async () => {
  const text = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  expect(text).toBe(await withGeneratedParts(text))
})
