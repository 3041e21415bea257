import { type Result, type UserError, userError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { MigrationCall, MigrationOptions } from '../migration.js'
import { policyOn, whyForeign } from './identity.js'
import { failureOf } from './ledger-failure.js'
import { type OpenRun, type OpenRunOptions, openRun, type Refused } from './open-run.js'

const at = { vendor: 'ledger', operation: 'migrate' }

/** The failure of an operation that has no better way to say that it was refused. */
const refusal = ({ refused, busy }: Refused): UserError =>
  busy
    ? userError('Unavailable', at, { code: 'busy', message: refused })
    : userError('Configuration', at, { path: 'ledger', problem: refused })

/** What an operation would be refused with since the ledger is another migration's; `undefined`: it would not. Looks only. */
export const foreignTo = async (options: MigrationOptions): Promise<UserError | undefined> => {
  const why = await whyForeign(options, await policyOn(options))
  return why === undefined ? undefined : refusal({ refused: why, busy: false })
}

/** Reads the ledger, whoever works with it. Fails with what it refused. */
export const readLedger = async <A>(read: () => Promise<E.Either<UserError, A>>): Promise<E.Either<UserError, A>> => {
  try {
    return await read()
  } catch (cause) {
    return E.left(failureOf(cause))
  }
}

/**
 * Works with the ledger while nobody else does. Fails with what the ledger refused, or with the error of the vendor that made it stop;
 * nothing is thrown.
 */
export const withLedger =
  <A>(
    options: MigrationOptions,
    { signal, refuse }: MigrationCall & Pick<OpenRunOptions, 'refuse'>,
    work: (run: OpenRun) => Promise<E.Either<UserError, A>>,
    refused: (refusal: Refused) => Promise<E.Either<UserError, A>> = async (told) => E.left(refusal(told)),
  ): Result<A> =>
  () =>
    readLedger(async () => {
      const opened = await openRun(options, { signal, refuse })
      if ('refused' in opened) return await refused(opened)
      const { control } = opened.context
      try {
        const ended = await work(opened)
        return control.stopped?.kind === 'failed' ? E.left(control.stopped.error) : ended
      } finally {
        await opened.close().catch(() => undefined)
      }
    })
