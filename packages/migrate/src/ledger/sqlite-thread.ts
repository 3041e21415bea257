import { Worker } from 'node:worker_threads'

/**
 * What the thread is asked for. Statements (`query`) are prepared once; `exec` takes several at a time, and what must not be prepared: libsql
 * leaves a prepared `begin` that found the lock taken half-way, and nothing can be committed beside it.
 */
export interface Order {
  readonly kind: 'query' | 'exec' | 'rollback'
  readonly sql: string
  readonly parameters: readonly unknown[]
}

export type Answer = { readonly result: unknown } | { readonly error: { readonly message: string; readonly code: string | undefined } }

export interface Rows {
  readonly rows: readonly unknown[]
  readonly numAffectedRows?: bigint
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** What the thread is opened with. */
export interface Opening {
  readonly path: string
  /** Two bits: 1 while the thread is in SQLite, 2 once it may not enter it any more. */
  readonly state: Int32Array
}

const busy = 1
const over = 2

/** Milliseconds that the end of a process waits for the statements of all ledgers, at most: the disk may hang. */
const patience = 2_000

// libsql aborts the whole process where its thread is ended while it is at work: it is to be at rest by then.
const open = new Set<Int32Array>()
const rest = (): void => {
  for (const state of open) Atomics.or(state, 0, over)
  const until = performance.now() + patience
  for (const state of open) Atomics.wait(state, 0, busy | over, Math.max(0, until - performance.now()))
}

const lost = (): Error => Object.assign(new Error('The thread of the ledger has ended.'), { code: 'SQLITE_IOERR' })

/** A database file that is open in a thread of its own. Orders are carried out one after the other; what SQLite refuses rejects with its code. */
export class SqliteThread {
  readonly #worker: Worker
  readonly #state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  readonly #exited: Promise<void>
  #waiting: Waiting[] = []
  #isOver = false

  constructor(path: string) {
    this.#state[0] = busy
    if (open.size === 0) process.on('exit', rest)
    open.add(this.#state)
    const opening: Opening = { path, state: this.#state }
    this.#worker = new Worker(new URL('../../worker/sqlite.js', import.meta.url), {
      workerData: opening,
      // One statement's rows at a time: with room for more, it would only be slower to give them back.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    })
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => this.#answered(answer))
    this.#worker.on('error', (error) => this.#end(error))
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        open.delete(this.#state)
        if (open.size === 0) process.off('exit', rest)
        this.#end(lost())
        resolve()
      })
    })
  }

  query(sql: string, parameters: readonly unknown[]): Promise<Rows> {
    return this.#ask({ kind: 'query', sql, parameters }) as Promise<Rows>
  }

  async exec(sql: string): Promise<void> {
    await this.#ask({ kind: 'exec', sql, parameters: [] })
  }

  /** Nothing where no transaction is open: some failures have ended it already. */
  async rollback(): Promise<void> {
    await this.#ask({ kind: 'rollback', sql: '', parameters: [] })
  }

  async close(): Promise<void> {
    this.#end(lost())
    Atomics.or(this.#state, 0, over)
    this.#worker.ref()
    // Told by the state alone, a thread without an order would not wake.
    this.#worker.postMessage(null)
    await this.#exited
  }

  #ask(order: Order): Promise<unknown> {
    if (this.#isOver) return Promise.reject(lost())
    return new Promise((resolve, reject) => {
      // A process that waits for nothing else must wait for this, and for nothing more than this.
      if (this.#waiting.length === 0) this.#worker.ref()
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(order)
    })
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.shift()
    if (this.#waiting.length === 0 && !this.#isOver) this.#worker.unref()
    if ('result' in answer) waiting?.resolve(answer.result)
    else waiting?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }))
  }

  #end(error: Error): void {
    this.#isOver = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const { reject } of waiting) reject(error)
  }
}
