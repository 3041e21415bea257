import { resolve } from 'node:path'
import { undiciClient } from '@userport/core/undici'
import type { Command } from 'commander'
import * as E from '#fp-ts/Either'
import { openSide } from '../directories/open-side.js'
import { examine, NoFolder } from './doctor/examine.js'
import { tellExamination } from './doctor/tell.js'
import { exitCodes } from './exit-codes.js'
import { endingOf, failureOf } from './migrate/failure.js'
import { type Ending, outputFor } from './migrate/output.js'

interface DoctorFlags {
  readonly from: string
  readonly to: string
  readonly src?: string
  readonly json?: boolean
}

const examined = async ({ from, to, src }: DoctorFlags): Promise<Ending> => {
  const http = undiciClient()
  const options = { environment: process.env, http }
  try {
    const sides = [await openSide('from', from, options), await openSide('to', to, options)] as const
    const examination = await examine(...sides, src === undefined ? undefined : resolve(src))
    if (E.isLeft(examination)) return failureOf(examination.left)
    const { verdict } = examination.right
    return {
      code: verdict === 'blocked' ? exitCodes.refused : exitCodes.done,
      result: examination.right,
      text: tellExamination(examination.right),
    }
  } finally {
    await http.close()
  }
}

const failed = (cause: unknown): Ending =>
  cause instanceof NoFolder
    ? { code: exitCodes.failed, result: { status: 'failed', error: { tag: 'NoFolder', message: cause.message } }, text: cause.message }
    : endingOf(cause)

const doctor = async (flags: DoctorFlags): Promise<void> => {
  const output = outputFor(flags)
  output.end('doctor', await examined(flags).catch(failed))
}

/** Adds what `doctor` is told and does. */
export const addDoctor = (command: Command): void => {
  command
    .requiredOption('--from <file>', 'the configuration of the app today')
    .requiredOption('--to <file>', 'the configuration of the app afterwards')
    .option('--src <folder>', 'the source of the app: finds the calls of Kii’s, Kinvey’s and Monaca’s SDKs')
    .option('--json', 'print a line of JSON')
    .addHelpText(
      'after',
      '\nWith admin keys in both configurations it also looks at some of the users.\nEnds with 0 when ready, 1 when failed, 2 when something that the app needs is lost.',
    )
    .action(doctor)
}
