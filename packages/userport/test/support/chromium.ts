import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Where a Chromium is on this machine, if there is one. */
export const chromiumPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(existsSync)

/** One tab of the browser. */
export interface Tab {
  /** Runs an expression in the page and waits for the promise it may give; rejects where it throws. */
  readonly run: (expression: string) => Promise<unknown>
  /** Runs what leads to another page, and waits until that has loaded. */
  readonly submit: (expression: string) => Promise<void>
  readonly reload: () => Promise<void>
  readonly go: (url: string) => Promise<void>
  /** Gives the window that many pixels of width. */
  readonly narrow: (width: number) => Promise<void>
  /** Goes back one page, and waits until that is shown again. */
  readonly back: () => Promise<void>
}

export interface Browser {
  /** Opens a page and waits until its scripts have run. */
  readonly open: (url: string) => Promise<Tab>
  readonly close: () => Promise<void>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly sessionId?: string
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

interface Evaluated {
  readonly result: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
}

/** Speaks the DevTools protocol over the pipes 3 and 4 of the process: JSON texts, each followed by a zero byte. */
const devTools = (child: ChildProcess) => {
  const [, , , commands, answers] = child.stdio as [unknown, unknown, unknown, Writable, Readable]
  const hearers = new Set<(message: Message) => void>()
  let rest = ''
  answers.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) for (const hear of [...hearers]) hear(JSON.parse(message) as Message)
  })
  const heard = (isIt: (message: Message) => boolean): Promise<Message> =>
    new Promise((resolve) => {
      const hear = (message: Message): void => {
        if (!isIt(message)) return
        hearers.delete(hear)
        resolve(message)
      }
      hearers.add(hear)
    })
  let last = 0
  const send = async <A>(method: string, params: object = {}, sessionId?: string): Promise<A> => {
    last += 1
    const id = last
    const answer = heard((message) => message.id === id)
    commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    const { result, error } = await answer
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result as A
  }
  return { send, heard }
}

export const startChromium = async (path: string): Promise<Browser> => {
  const profile = await mkdtemp(join(tmpdir(), 'userport-chromium-'))
  // Its own sandbox needs rights that a container seldom has; only pages of the test are opened.
  const flags = ['--headless=new', '--no-sandbox', '--no-first-run', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe']
  const child = spawn(path, [...flags, `--user-data-dir=${profile}`], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const exit = once(child, 'exit')
  const { send, heard } = devTools(child)

  const open = async (url: string): Promise<Tab> => {
    const { targetId } = await send<{ readonly targetId: string }>('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await send<{ readonly sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })
    await send('Page.enable', {}, sessionId)
    const until = async (event: string, begin: () => Promise<unknown>): Promise<void> => {
      const comes = heard(({ method, sessionId: of }) => method === event && of === sessionId)
      await begin()
      await comes
    }
    const go = (to: string): Promise<void> => until('Page.loadEventFired', () => send('Page.navigate', { url: to }, sessionId))
    const back = (): Promise<unknown> => send('Runtime.evaluate', { expression: 'setTimeout(() => history.back())' }, sessionId)
    await go(url)
    return {
      go,
      // A page out of the back/forward cache is not loaded again, and one that leaves at once cannot answer.
      back: () => until('Page.frameNavigated', back),
      submit: (expression) => until('Page.loadEventFired', () => send('Runtime.evaluate', { expression }, sessionId)),
      narrow: async (width) => {
        const metrics = { width, height: 700, deviceScaleFactor: 1, mobile: false }
        await send('Emulation.setDeviceMetricsOverride', metrics, sessionId)
      },
      reload: () => until('Page.loadEventFired', () => send('Page.reload', {}, sessionId)),
      run: async (expression) => {
        const answer = await send<Evaluated>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId)
        if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? 'the page threw')
        return answer.result.value
      },
    }
  }

  return {
    open,
    close: async () => {
      child.kill('SIGKILL')
      await exit
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
