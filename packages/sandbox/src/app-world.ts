import { type ClockState, createClock } from './clock.js'
import { createFaults, type FaultQueue } from './faults.js'
import { isObject } from './json.js'
import { createOutbox, type OutboxState } from './outbox.js'
import { createRequestRecorder, type RequestRecorder } from './request-log.js'
import type { Emulator, Vendor, World } from './world.js'

/** One app with the parts that only the server uses. */
export interface AppWorld<Settings extends object = object, Data extends object = object> {
  readonly world: World<Settings, Data>
  readonly faults: FaultQueue
  readonly requests: RequestRecorder
}

interface Snapshot<Settings, Data> {
  readonly vendor: Vendor
  readonly settings: Settings
  readonly data: Data
  readonly outbox: OutboxState
  readonly clock: ClockState
}

/** An app nobody has used yet. */
export function createWorld<Settings extends object, Data extends object>(
  emulator: Emulator<Settings, Data>,
  appId: string,
): AppWorld<Settings, Data> {
  const clock = createClock()
  const outbox = createOutbox(clock.now)
  const faults = createFaults()
  const requests = createRequestRecorder()
  let settings: Settings = { ...emulator.defaultSettings }
  let data = emulator.emptyData()

  const world: World<Settings, Data> = {
    vendor: emulator.vendor,
    appId,
    get settings() {
      return settings
    },
    set: (changes) => {
      settings = { ...settings, ...changes }
    },
    get data() {
      return data
    },
    clock,
    outbox,
    faults,
    requests,
    users: () => emulator.users(data, settings),
    sessions: () => emulator.sessions(data, clock.now()),
    seed: (count) => emulator.seed(world, count),
    snapshot: () => structuredClone({ vendor: emulator.vendor, settings, data, outbox: outbox.state(), clock: clock.state() }),
    restore: (snapshot) => {
      if (!isSnapshot(snapshot, emulator)) throw new Error(`not a snapshot of a ${emulator.vendor} app`)
      const copy = structuredClone(snapshot)
      settings = { ...emulator.defaultSettings, ...copy.settings }
      data = copy.data
      outbox.moveTo(copy.outbox)
      clock.moveTo(copy.clock)
    },
    reset: () => {
      settings = { ...emulator.defaultSettings }
      data = emulator.emptyData()
      clock.reset()
      outbox.clear()
      faults.clear()
      requests.clear()
    },
  }
  return { world, faults, requests }
}

function isSnapshot<Settings extends object, Data extends object>(
  value: unknown,
  { vendor, emptyData }: Emulator<Settings, Data>,
): value is Snapshot<Settings, Data> {
  if (!isObject(value) || value.vendor !== vendor) return false
  const { settings, data, outbox, clock } = value
  return (
    isObject(settings) &&
    isObject(data) &&
    Object.entries(emptyData()).every(([key, empty]) => typeof data[key] === typeof empty) &&
    isObject(outbox) &&
    Array.isArray(outbox.messages) &&
    Array.isArray(outbox.taken) &&
    isObject(clock) &&
    typeof clock.offset === 'number'
  )
}
