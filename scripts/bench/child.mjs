import { fork } from 'node:child_process'

const patience = 60_000

/** A script (its URL) as a process that answers messages one at a time. It ends with this process. */
export const startChild = (script, ...args) => {
  const child = fork(script, args, {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const label = [script.pathname.replace(/.*\//, ''), ...args].join(' ')
  let waiting
  const answered = (error, answer) => {
    clearTimeout(waiting?.timer)
    if (error === undefined) waiting?.resolve(answer)
    else waiting?.reject(new Error(`${label}: ${error}`))
    waiting = undefined
  }
  child.on('message', ({ error, ...answer }) => answered(error, answer))
  child.on('exit', (code) => answered(`ended with ${code}`))
  const next = () =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => answered(`no answer within ${patience / 1000} s`), patience)
      waiting = { resolve, reject, timer }
    })
  return {
    /** What it says by itself when it is ready. */
    ready: next(),
    ask: (message) => {
      const answer = next()
      child.send(message)
      return answer
    },
    stop: () => child.connected && child.disconnect(),
  }
}
