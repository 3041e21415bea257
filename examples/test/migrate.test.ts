import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** What a program printed, by the step each line is about. */
const run = async (program: string): Promise<ReadonlyMap<string, string>> => {
  const script = fileURLToPath(new URL(`../dist/${program}.js`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script])
  const steps = new Map<string, string>()
  let step = ''
  for (const line of stdout.split('\n')) {
    step = line.slice(0, 9).trim() || step
    steps.set(step, `${steps.get(step) ?? ''}${line.slice(10)}\n`)
  }
  return steps
}

it('migrate-kii-to-kinvey moves everybody once although it is killed half-way', { timeout: 120_000 }, async () => {
  const steps = await run('migrate-kii-to-kinvey/basic')
  expect(steps.get('dry run')).toMatch(/^2000 looked at, 0 written; may run$/m)
  const [, atTheKill] = /^SIGKILL with (\d+) users at Kinvey$/m.exec(steps.get('run') ?? '') ?? []
  expect(Number(atTheKill)).toBeGreaterThan(800)
  expect(Number(atTheKill)).toBeLessThan(1_200)
  expect(steps.get('resume')).toMatch(/^done: \d+ made, \d+ in doubt looked up$/m)
  expect(steps.get('resume')).toMatch(/^1667 at Kinvey, 333 anonymous left for later, 0 doubled$/m)
  expect(steps.get('verify')).toMatch(/^1667 compared field by field, 0 different$/m)
  expect(steps.get('sign in')).toMatch(/^ann\.lee came with her old password: at kinvey now, points kept; 1 came, 1666 to come$/m)
  const report = await readFile((steps.get('report') ?? '').trim(), 'utf8')
  expect(report).toContain('From Kii Cloud to Kinvey')
  expect(report).not.toContain('ann.lee')
})

it('migrate-from-monaca-export moves everybody in the file, and they come by a reset', { timeout: 60_000 }, async () => {
  const steps = await run('migrate-from-monaca-export/basic')
  expect(steps.get('dry run')).toMatch(/^may run; \d+ findings/m)
  expect(steps.get('run')).toMatch(/^done: 500 made, 500 at Kinvey$/m)
  expect(steps.get('verify')).toMatch(/^500 compared field by field, 0 different$/m)
  expect(steps.get('reset')).toContain(
    'member-42 reset the password by a mail to member-42@example.com and is in: Member 42, 会員, {"city":"Tokyo","zip":"0000042"}',
  )
})
