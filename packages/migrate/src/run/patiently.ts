import type { Result, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { judge } from './judge.js'
import type { Pace } from './pace.js'

/** Tries for one user while the vendor serves others. */
export const triesForOne = 8

/** Does another try make sense? Not where the vendor has judged, nor where it fails for this user alone. */
export const isWorthAnother = (pace: Pace, error: UserError, tries: number, begun: number): boolean => {
  const judgement = judge(error)
  return judgement !== 'refused' && judgement !== 'stop' && (tries < triesForOne || pace.answeredAt < begun)
}

/** A call that does no harm when it is made twice, repeated until the vendor has answered or the run stops. */
export const patiently = async <A>(pace: Pace, operation: string, result: Result<A>, requests = 1): Promise<E.Either<UserError, A>> => {
  const begun = Date.now()
  for (let tries = 1; ; tries += 1) {
    const answer = await pace.call(operation, result, requests)
    if (E.isRight(answer) || pace.stopped || !isWorthAnother(pace, answer.left, tries, begun)) return answer
  }
}
