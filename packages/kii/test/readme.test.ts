import { readFile } from 'node:fs/promises'
import { toPromises } from '@userport/core'
import { expect, it } from 'vitest'
import { placesAround, rememberPlace } from './readme/places.js'
import { start } from './support/apps.js'

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')
const readme = await read('../README.md')

it('the README shows places.ts as it is tested', async () => {
  expect(readme).toContain(`\`\`\`ts\n${await read('./readme/places.ts')}\`\`\``)
})

it('the places of the README are found by their distance', async () => {
  const users = toPromises((await start().newcomer()).users)
  await rememberPlace(users, 'Tokyo', 35.68, 139.77)
  await rememberPlace(users, 'Yokohama', 35.44, 139.64)
  await rememberPlace(users, 'Osaka', 34.7, 135.5)
  expect(await placesAround(users, 35.45, 139.6)).toEqual([
    expect.stringMatching(/^Yokohama: 3\d{3} m$/),
    expect.stringMatching(/^Tokyo: 2\d{4} m$/),
  ])
})

it('the README has a word on each operation that only Kii has', () => {
  const missing = Object.keys(start().backend.extension).filter((name) => !readme.includes(`\`${name}(`))
  expect(missing).toEqual([])
})
