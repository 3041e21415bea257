import type { Result, StopSignal, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'

/** What the holder of a token needs to know about an operation. */
interface Asking {
  readonly signal: StopSignal
  /** Asks Kii for a token. */
  readonly issue: Result<string>
}

/** Runs a call with the admin token, which is asked for once, by whoever needs it first, and again when Kii refuses it. */
export type WithToken = <A>(asking: Asking, call: (token: string) => Result<A>) => Result<A>

/** The admin token of one directory, held in memory only. */
export const createAdminToken = (): WithToken => {
  let held: Promise<E.Either<UserError, string>> | undefined

  const ask = (issue: Result<string>): Promise<E.Either<UserError, string>> => {
    const asked = issue().then((answer) => {
      if (E.isLeft(answer)) held = undefined
      return answer
    })
    held = asked
    return asked
  }

  const current =
    (asking: Asking): Result<string> =>
    async () => {
      const answer = await (held ?? ask(asking.issue))
      // Whoever asked first has run out of time, which is nothing to the others.
      const gaveUp = E.isLeft(answer) && answer.left._tag === 'Timeout' && !asking.signal.aborted
      return gaveUp ? current(asking)() : answer
    }

  const renewed =
    (asking: Asking, refused: string): Result<string> =>
    async () => {
      const known = await current(asking)()
      if (E.isRight(known) && known.right === refused) held = undefined
      return current(asking)()
    }

  return (asking, call) => async () => {
    const token = await current(asking)()
    if (E.isLeft(token)) return token
    const answer = await call(token.right)()
    if (E.isRight(answer) || answer.left.code !== 'WRONG_TOKEN') return answer
    const another = await renewed(asking, token.right)()
    return E.isLeft(another) ? another : call(another.right)()
  }
}
