/** Ends the command with a message for people and exit code 1. */
export const fail = (message: string): void => {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
