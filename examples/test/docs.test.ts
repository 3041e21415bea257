import { expect, it } from 'vitest'
import { pages, read } from '../../scripts/docs.mjs'

it.each(Object.keys(pages))('%s is up to date (npm run docs)', async (page) => {
  const text = await read(page)
  expect(text).toBe(await pages[page]?.(text))
})
