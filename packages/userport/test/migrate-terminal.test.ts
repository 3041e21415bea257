import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, it } from 'vitest'
import { type Place, places } from './support/migrating.js'

const bin = fileURLToPath(new URL('../bin/userport.js', import.meta.url))

const place = places()

const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true
beforeEach(({ skip }) => skip(!hasTerminal, 'needs “script” of util-linux, which makes a terminal'))

/** Runs a command of `migrate` in a terminal; `type` is told of everything on its screen so far and answers with what is typed then. */
const inTerminal = async ({ folder }: Place, args: string, type: (screen: string) => string = () => '') => {
  const command = `stty cols 160 && exec '${process.execPath}' '${bin}' migrate ${args} --from old.json --to new.json`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    child.stdin.write(type(screen))
  })
  const [code] = await once(child, 'close')
  return { code, screen }
}

const hide = '\u001b[?25l'
const show = '\u001b[?25h'

/** What stands in the terminal in the end: a line that is drawn anew takes the place of the last one. */
const linesOf = (screen: string): readonly string[] =>
  screen.split('\r\n').map(
    (line) =>
      line
        .split('\u001b[1G')
        .at(-1)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is told by them what to do
        ?.replace(/\u001b(?:\[[?\d]*[A-Za-z]|[78])/g, '') ?? '',
  )

it('a bar is drawn in a terminal, and what follows has lines of its own', async () => {
  const here = await place()
  here.kii.seed(60)
  const run = await inTerminal(here, 'run --calls-per-second 40')
  expect(run.code).toBe(0)
  expect(run.screen.split('\u001b[1Gmoving').length).toBeGreaterThan(2)
  expect(linesOf(run.screen).slice(0, 2)).toEqual([expect.stringMatching(/^settling {2}60 users {2}\d+\/s of at most 40\/s, /), 'Done.'])

  const verify = await inTerminal(here, 'verify')
  expect(verify.code).toBe(0)
  expect(linesOf(verify.screen)[0]).toMatch(/^verifying [^ ]{24} 100 % {2}60 of 60 {2}/)
  expect(verify.screen.lastIndexOf(show)).toBeGreaterThan(verify.screen.lastIndexOf(hide))
}, 30_000)

it('Ctrl-C in a terminal leaves it as it was', async () => {
  const here = await place()
  here.kii.seed(200)
  let isTyped = false
  const { code, screen } = await inTerminal(here, 'run --calls-per-second 40', (shown) => {
    if (isTyped || !shown.includes('moving')) return ''
    isTyped = true
    return '\u0003'
  })
  expect(code).toBe(130)
  const lines = linesOf(screen)
  expect(lines).toContain('Stopping: what is on its way is brought to an end. Ctrl-C again stops at once.')
  expect(lines).toContainEqual(expect.stringMatching(/^Interrupted\. /))
  expect(screen.lastIndexOf(show)).toBeGreaterThan(screen.lastIndexOf(hide))
}, 30_000)
