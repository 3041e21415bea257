import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the whole workspace, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** The program that a dev dependency of the workspace installed. */
export const tool = (name) => `${root}/node_modules/.bin/${name}`

/** The package manager, in the version that wrote the lockfile. */
export const pnpm = (...args) => ['npx', ['--yes', '--prefer-offline', 'pnpm@10.34.9', ...args]]

/** Runs a program to its end and never rejects: a program that cannot start or outlives its time (ms) has failed. */
export const run = (command, args, { cwd = root, timeout = 180_000 } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, timeout, env: { ...process.env, npm_config_loglevel: 'error' } })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.on('error', (error) => resolve({ ok: false, stdout, output: String(error) }))
    child.on('close', (code, signal) => {
      const ended = signal === null ? '' : `\nended by ${signal}\n`
      resolve({ ok: code === 0, stdout, output: stdout + stderr + ended })
    })
  })

/** Runs a program and answers what it printed; a failure ends the whole script with the program's output. */
export const must = async (command, args, options) => {
  const { ok, stdout, output } = await run(command, args, options)
  if (ok) return stdout
  console.error(`${command} ${args.join(' ')}\n${output}`)
  process.exit(1)
}
