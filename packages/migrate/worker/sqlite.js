// @ts-check
// SQLite in a thread of its own, so that a run goes on while the disk writes. In JavaScript, since Node loads this very file, beside the
// sources as beside what is built of them.
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'libsql'

/** @typedef {import('../src/ledger/sqlite-thread.js').Order} Order */
/** @typedef {import('../src/ledger/sqlite-thread.js').Answer} Answer */

/** @type {import('../src/ledger/sqlite-thread.js').Opening} */
const { path, state } = workerData
const busy = 1

const leave = () => {
  Atomics.and(state, 0, ~busy)
  Atomics.notify(state, 0)
}

const open = () => {
  try {
    return new Sqlite(path)
  } finally {
    leave()
  }
}

const file = open()
/** @type {Map<string, import('libsql').Statement>} */
const prepared = new Map()

/** @type {(sql: string) => import('libsql').Statement} */
const statementOf = (sql) => {
  const known = prepared.get(sql) ?? file.prepare(sql)
  prepared.set(sql, known)
  return known
}

/** @type {(order: Order) => unknown} */
const carryOut = ({ kind, sql, parameters }) => {
  if (kind === 'exec') return file.exec(sql)
  if (kind === 'rollback') return file.inTransaction && file.exec('rollback')
  try {
    const statement = statementOf(sql)
    if (statement.reader) return { rows: statement.all(parameters) }
    const { changes } = statement.run(parameters)
    return { rows: [], numAffectedRows: BigInt(changes) }
  } catch (error) {
    // One that failed may be left half-way.
    prepared.delete(sql)
    throw error
  }
}

parentPort?.on('message', (/** @type {Order} */ order) => {
  if (Atomics.compareExchange(state, 0, 0, busy) !== 0) return parentPort?.close()
  /** @type {Answer} */
  let answer
  try {
    answer = { result: carryOut(order) }
  } catch (error) {
    const { message, code } = /** @type {{ message: string, code?: string }} */ (error)
    answer = { error: { message, code } }
  }
  leave()
  parentPort?.postMessage(answer)
})
