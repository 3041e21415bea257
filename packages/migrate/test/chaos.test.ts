import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../../scripts/chaos-migrate.mjs', import.meta.url))

// The short form of `npm run chaos:migrate`. In processes, so on the build: what is killed here cannot clean up after itself.
// It looks at both servers from outside, ends with 1 where it finds a violation, and has first found those that it plants itself.
it('whoever is killed, meets a full disk or a second operator loses nobody and makes nobody twice', { timeout: 90_000 }, async () => {
  const scenarios = ['disk full', 'two operators'].flatMap((name) => ['--scenario', name])
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    '--quick',
    '--json',
    '--kills=4',
    '--pair=kii:kinvey',
    ...scenarios,
  ])
  const survived = JSON.parse(stdout) as Readonly<Record<string, number>>
  expect(survived).toMatchObject({ planted: 6, lost: 0, doubled: 0, violations: 0 })
  expect(survived.kills).toBeGreaterThanOrEqual(4)
  expect(survived.undone).toBeGreaterThanOrEqual(1)
})
