import * as E from '#fp-ts/Either'
import * as TE from '#fp-ts/TaskEither'
import type { Running } from './deadline.js'
import type { Renewal } from './endpoint.js'
import { type At, type UserError, userError } from './errors.js'
import type { Aftermath } from './outcome.js'
import type { Result } from './result.js'
import { settle } from './settle.js'
import { Stop, type StopSignal } from './stop-signal.js'
import type { Session } from './user.js'
import type { CallOptions } from './user-backend.js'

/** What an operation knows about the call it is part of. */
export interface OperationContext extends Running {
  readonly device?: string | undefined
  /** Has the session stored before the operation goes on. */
  readonly keep: (session: Session) => Result<void>
  /** A session as the replies of this operation have renewed it, refusals among them. */
  readonly latest: (session: Session) => Session
  /** What an earlier second factor left on this device. */
  readonly trustedDevice?: string | undefined
}

// Only for reading off which operations an extension has; none of them is run with it.
export const idle: OperationContext = {
  at: { vendor: '', operation: '' },
  signal: new Stop(),
  remaining: () => 0,
  unsure: () => undefined,
  carriedOut: () => undefined,
  keep: () => TE.right(undefined),
  latest: (session) => session,
}

const notPersisted = (context: Running): UserError =>
  userError('Unavailable', context.at, { message: 'The session could not be stored, so the operation was not begun.' })

// A class, since an object with a getter of its own takes three times as long to make.
/** One for each call, or for several, one after the other. */
export class Context implements OperationContext {
  readonly at: At
  readonly device: string | undefined
  readonly trustedDevice: string | undefined
  #running: Running
  #options: CallOptions
  #renewal: Renewal | undefined

  constructor(running: Running, options: CallOptions) {
    const { device, trustedDevice } = options
    this.at = running.at
    this.device = device
    this.trustedDevice = trustedDevice
    this.#running = running
    this.#options = options
  }

  /** May a call with these options use what was made for an earlier one? */
  suits({ device, trustedDevice }: CallOptions): boolean {
    return this.device === device && this.trustedDevice === trustedDevice
  }

  serve(running: Running, options: CallOptions): void {
    this.#running = running
    this.#options = options
    this.#renewal = undefined
  }

  get signal(): StopSignal {
    return this.#running.signal
  }

  readonly remaining = (): number => this.#running.remaining()
  readonly unsure = (isOut: boolean): void => this.#running.unsure(isOut)
  readonly carriedOut = (aftermath: Aftermath): void => this.#running.carriedOut(aftermath)

  readonly keep =
    (session: Session): Result<void> =>
    async () => {
      const keep = this.#options.keep
      const kept = await settle(() => keep?.(session))
      if (E.isLeft(kept)) return E.left(notPersisted(this))
      // The next attempt finds what was kept, so it does no harm.
      if (keep !== undefined) this.#running.unsure(false)
      return E.right(undefined)
    }

  readonly renewed = (renewal: Renewal): void => {
    this.#renewal = renewal
  }

  // On its way an operation may use sessions of another user too.
  readonly latest = (session: Session): Session =>
    this.#renewal === undefined || this.#renewal.userId !== session.userId
      ? session
      : { ...session, secrets: { ...session.secrets, ...this.#renewal.secrets } }

  /** Tells what became of the session that a failed operation was given. */
  async tellRenewed(before: Session): Promise<void> {
    const session = this.latest(before)
    if (session === before) return
    await settle(() => this.#options.renewed?.(session, before))
  }
}
