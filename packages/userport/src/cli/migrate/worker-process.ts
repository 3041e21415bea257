import { undiciClient } from '@userport/core/undici'
import { runShared } from '@userport/migrate'
import * as E from '#fp-ts/Either'
import { endingOf, failureOf } from './failure.js'
import { limitsOf, policyOf } from './flags.js'
import { ledgerUrl } from './ledger-file.js'
import { openSides } from './open-sides.js'
import type { FromWorker, ToWorker } from './workers.js'

// One of the processes that share a run; `workers.ts` starts it, and talks to it by messages.
const tell = (message: FromWorker): void => {
  // Whoever started it may be gone: what is on its way is brought to an end all the same.
  process.send?.(message, undefined, undefined, () => undefined)
}

const work = async ({ flags, resume, workers }: ToWorker, signal: AbortSignal): Promise<FromWorker> => {
  const http = undiciClient(flags.concurrency === undefined ? {} : { connections: flags.concurrency })
  const key = process.env.USERPORT_LEDGER_KEY
  try {
    const { options } = await openSides(flags, http)
    const outcome = await runShared(
      {
        ...options,
        ledger: ledgerUrl(flags, process.env),
        ...(key === undefined ? {} : { key }),
        policy: policyOf(flags),
        limits: limitsOf(flags),
        workers,
        resume,
        onProgress: (progress) => tell({ progress }),
      },
      { signal },
    )()
    return E.isLeft(outcome) ? { failed: failureOf(outcome.left) } : { outcome: outcome.right }
  } catch (cause) {
    return { failed: endingOf(cause) }
  } finally {
    await http.close()
  }
}

const controller = new AbortController()
const stop = (): void => controller.abort()
// Ctrl-C in a terminal reaches every process; a service that is stopped tells only the first one, which then is gone.
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
process.on('disconnect', stop)
process.once('message', (message) => {
  void work(message as ToWorker, controller.signal).then((ended) => {
    tell(ended)
    if (process.connected) process.disconnect()
  })
})
