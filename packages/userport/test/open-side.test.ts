import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { undiciClient } from '@userport/core/undici'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as E from '#fp-ts/Either'
import { openSide } from '../src/directories/open-side.js'

const http = undiciClient()
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'userport-side-'))
})

afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true })
})

it('lets an exported file be read for as long as that takes', async () => {
  await writeFile(join(folder, 'users.csv'), '_id,_username\na1,dora\na2,erik\n')
  await writeFile(join(folder, 'old.json'), JSON.stringify({ vendor: 'monaca', admin: { export: 'users.csv' } }))
  const { directory } = await openSide('from', join(folder, 'old.json'), { environment: {}, http })
  if (directory === null || !directory.capabilities.count) throw new Error('an export can be counted')
  vi.useFakeTimers()
  const counting = directory.count()()
  const reading = directory.list({})()
  vi.advanceTimersByTime(600_000)
  vi.useRealTimers()
  expect(await counting).toEqual(E.right(2))
  expect(await reading).toMatchObject({ right: { users: [{ username: 'dora' }, { username: 'erik' }], next: null } })
})
