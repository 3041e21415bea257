import type { Tab } from '../tab.js'
import { clock } from './clock.js'
import { connection } from './connection.js'
import { faults } from './faults.js'
import { outbox } from './outbox.js'
import { requests } from './requests.js'
import { sessions } from './sessions.js'
import { settings } from './settings.js'
import { users } from './users.js'

/** The pages of an app by the last part of their path. The first is what an app opens with. */
export const tabs: ReadonlyMap<string, Tab> = new Map(
  Object.entries({ users, sessions, outbox, requests, faults, clock, settings, connection }),
)
