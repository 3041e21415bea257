import { type ExitCode, exitCodes } from '../exit-codes.js'
import { type ProgressView, progressView } from './progress.js'

/** How a command ended: for programs as `result`, for people as `text`. */
export interface Ending {
  readonly code: ExitCode
  readonly result: object
  readonly text: string
}

/** Where a command says what it does: lines of JSON for programs, or text for people. */
export interface Output {
  readonly json: boolean
  readonly progress: ProgressView
  /** Something that happened on the way. */
  readonly event: (type: string, fields: object, text: string) => void
  readonly end: (command: string, ending: Ending) => void
}

const write = (text: string): void => void process.stdout.write(`${text}\n`)

const line = (value: object): void => write(JSON.stringify(value))

export const outputFor = ({ json = false }: { readonly json?: boolean | undefined }): Output => {
  const progress = progressView({ json, line, write })
  return {
    json,
    progress,
    event: (type, fields, text) => {
      progress.pause()
      if (json) line({ type, ...fields })
      else write(text)
    },
    end: (command, { code, result, text }) => {
      progress.end()
      if (json) line({ type: 'result', command, exitCode: code, ...result })
      else if (code === exitCodes.failed) process.stderr.write(`${text}\n`)
      else write(text)
      // What could not be written was a failure already, whatever came of the rest.
      process.exitCode ??= code
    },
  }
}
