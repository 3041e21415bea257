import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = async (program: string): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL(`../dist/${program}.js`, import.meta.url))])
  return stdout
}

it('swap-by-config shows what each backend made of the same calls', async () => {
  const lines = (await run('swap-by-config/basic')).split('\n')
  const row = (step: string): readonly string[] => (lines.find((line) => line.startsWith(step)) ?? '').split('│').map((cell) => cell.trim())
  expect(row('upgrade to a taken name').slice(1)).toEqual([
    'refused: taken; nothing lost',
    'refused: taken; nothing lost',
    'refused: taken; nothing lost',
  ])
  expect(row('upgrade to a free name').slice(1)).toEqual(['id kept, basket kept', 'id kept, basket kept', 'id replaced, basket kept'])
  expect(row('request a password reset').slice(1)).toEqual([
    'sms-code; sessions revoked at completion',
    'email-link; sessions revoked at request',
    'email-code; sessions revoked or not: unknown',
  ])
  expect(row('complete it').slice(1)).toEqual([
    'completed in app by PIN',
    'completed on own page by link',
    'completed in app by token; signed in by it',
  ])
  expect(row('delete the user').slice(1)).toEqual(['gone; signedOut', 'gone; signedOut', 'gone; signedOut'])
  expect(lines.join('\n')).not.toMatch(/LOST|FAILS|WORKS|NOT /)
})

it('server serves many users at once', async () => {
  expect((await run('server/basic')).trim().split('\n')).toEqual(['ann', 'ben', 'cleo'].map((name) => `${name} signed up and is ${name}`))
})
