import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { capabilitiesPage, withGeneratedParts } from '../../scripts/docs.mjs'

it('has generated tables that are up to date (npm run docs)', async () => {
  const text = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  expect(text).toBe(await withGeneratedParts(text))
})

it('has a page of every fact that is up to date (npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/capabilities.md', import.meta.url), 'utf8')).toBe(await capabilitiesPage())
})
