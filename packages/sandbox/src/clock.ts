/** The app's idea of now, in milliseconds since 1970. It can be frozen and moved, so that tokens and links expire on demand. */
export interface Clock {
  readonly now: () => number
  /** Stops the clock, at the given instant or where it stands. */
  readonly freeze: (at?: number) => void
  /** Moves the clock forward by that many milliseconds. */
  readonly advance: (milliseconds: number) => void
  /** Back to the machine's own time. */
  readonly reset: () => void
}

export interface ClockState {
  readonly offset: number
  readonly frozenAt?: number
}

/** A clock whose position can be copied and put back. */
export interface MovableClock extends Clock {
  readonly state: () => ClockState
  readonly moveTo: (state: ClockState) => void
}

export function createClock(): MovableClock {
  let state: ClockState = { offset: 0 }
  const now = (): number => state.frozenAt ?? Date.now() + state.offset
  return {
    now,
    freeze: (at = now()) => {
      state = { offset: at - Date.now(), frozenAt: at }
    },
    advance: (milliseconds) => {
      state = {
        offset: state.offset + milliseconds,
        ...(state.frozenAt === undefined ? {} : { frozenAt: state.frozenAt + milliseconds }),
      }
    },
    reset: () => {
      state = { offset: 0 }
    },
    state: () => state,
    moveTo: (wanted) => {
      state = wanted
    },
  }
}
