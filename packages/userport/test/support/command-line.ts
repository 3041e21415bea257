import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/userport.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  /** The first line that fits; rejects where the command ends without one. */
  readonly line: (fits: (line: string) => boolean) => Promise<string>
  readonly ended: Promise<Ended>
}

type Environment = Readonly<Record<string, string>>

/** Starts the command as a shell would, in a folder of its own, with nothing of our environment but the path. */
export const startUserport = (args: readonly string[], environment: Environment = {}, cwd = tmpdir()): Running => {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const parts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    parts.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    parts.stderr += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...parts }))
  return {
    child,
    ended,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const lines = createInterface({ input: child.stdout })
        lines.on('line', (line) => fits(line) && resolve(line))
        lines.on('close', () => reject(new Error(`no such line; ${parts.stderr}`)))
      }),
  }
}

export const userport = (args: readonly string[], environment?: Environment, cwd?: string): Promise<Ended> =>
  startUserport(args, environment, cwd).ended

/** What a command printed with `--json`: every line must be JSON. */
export const jsonLines = (text: string): readonly Readonly<Record<string, unknown>>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
