import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * A script (its URL) as a process of its own, which gets its input as JSON and says what happens in lines of JSON. `ended`: what it said
 * last, once the process is gone; rejects where it failed, unless it was killed from here. `fileLimit`: bytes that no file of it may
 * grow beyond.
 */
export const startJsonChild = (script, input, { fileLimit } = {}) => {
  const args = [process.execPath, fileURLToPath(script), JSON.stringify(input)]
  // The shell counts in blocks of 512 or of 1024 bytes; the larger ones only make the limit wider.
  const [program, ...rest] =
    fileLimit === undefined ? args : ['sh', '-c', `ulimit -f ${Math.ceil(fileLimit / 512)}; exec "$@"`, 'sh', ...args]
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = []
  const waiting = new Set()
  let errors = ''
  let killed = false
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = `${errors}${text}`.slice(-4_000)
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line)
    said.push(event)
    for (const one of waiting) if (one.isWanted(event)) one.resolve(event)
  })
  const ended = new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      const failure = new Error(`${fileURLToPath(script).replace(/.*\//, '')} ended with ${code ?? signal}\n${errors}`)
      for (const one of waiting) one.reject(failure)
      if (code === 0 || killed) resolve(said.at(-1))
      else reject(failure)
    })
  })
  // Whoever is interested waits for it; nobody else shall end by it.
  ended.catch(() => undefined)
  return {
    ended,
    /** The first event of that kind, also one that was said before. */
    until: (isWanted) =>
      new Promise((resolve, reject) => {
        const known = said.find(isWanted)
        if (known !== undefined) resolve(known)
        else waiting.add({ isWanted, resolve, reject })
      }),
    /** Ends it as a power cut would. `false`: it had ended before. */
    kill: () => {
      if (child.exitCode !== null || child.signalCode !== null) return false
      killed = true
      return child.kill('SIGKILL')
    },
  }
}
