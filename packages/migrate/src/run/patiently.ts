import type { Result, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import { judge } from './judge.js'
import type { Pace } from './pace.js'

/** Tries for one user while the vendor serves others. */
const triesForOne = 8

/** What was tried for one user. A try that failed while the vendor served nobody says nothing about the user, and does not count. */
export class Tries {
  readonly #pace: Pick<Pace, 'answeredAt'>
  #failedAt = performance.now()
  #counted = 0

  constructor(pace: Pick<Pace, 'answeredAt'>) {
    this.#pace = pace
  }

  /** A try has failed, the last one that makes sense: it fails for this user alone. */
  areOver(): boolean {
    if (this.#pace.answeredAt >= this.#failedAt) this.#counted += 1
    this.#failedAt = performance.now()
    return this.#counted >= triesForOne
  }

  /** A try has failed. Is another one worth while? Not where the vendor has judged either. */
  another(error: UserError): boolean {
    const judgement = judge(error)
    return judgement !== 'refused' && judgement !== 'stop' && !this.areOver()
  }
}

/** A call that does no harm when it is made twice, repeated until the vendor has answered or the run stops. */
export const patiently = async <A>(pace: Pace, operation: string, result: Result<A>, requests = 1): Promise<E.Either<UserError, A>> => {
  const tries = new Tries(pace)
  for (;;) {
    const answer = await pace.call(operation, result, requests)
    if (E.isRight(answer) || pace.stopped || !tries.another(answer.left)) return answer
  }
}
