import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { ProcessRow } from './tables.js'

/** Milliseconds after which a process that shows no sign of life is taken for dead. */
const lifetime = 30_000

const numbering = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** Where a process number means the same process: containers with one host name count their processes each for itself. */
export const machine = (): string => `${hostname()} ${numbering()}`.trim()

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** A process that was killed here, or has not shown a sign of life. `now`: by the database's clock. */
export const isGone = ({ machine: where, pid, beat }: ProcessRow, now: number): boolean =>
  now - beat > lifetime || (where === machine() && !isRunning(pid))

export interface SignsOfLife {
  /** Does nobody take us for dead? False too after a pause in which we could not have known. */
  readonly held: () => boolean
  readonly end: () => void
}

/** Shows signs of life every so many milliseconds. `beat` answers whether we are still on record. */
export const signsOfLife = (beat: () => Promise<boolean>, every: number): SignsOfLife => {
  let lastBeat = Date.now()
  let over = false
  const next = async (): Promise<void> => {
    const before = Date.now()
    if (await beat()) lastBeat = before
    else over = true
  }
  // A sign that fails is no loss yet: there are some more before we are taken for dead.
  const timer = setInterval(() => void next().catch(() => undefined), every).unref()
  return {
    held: () => !over && Date.now() - lastBeat < lifetime,
    end: () => {
      clearInterval(timer)
      over = true
    },
  }
}
