import type { Emulator } from '../world.js'
import { emptyKiiData, type KiiData } from './data.js'
import { KiiError, toErrorReply } from './errors.js'
import { handleKii } from './handle.js'
import { seedUsers, sessionRows, userRow } from './rows.js'
import { defaultKiiSettings, type KiiSettings } from './settings.js'

export type { KiiData, SecondFactor } from './data.js'
export { addGroup } from './groups.js'
export { enrolSecondFactor } from './second-factor.js'
export type { KiiSettings } from './settings.js'

/** Kii Cloud's user APIs, below `/api`. */
export const kiiEmulator: Emulator<KiiSettings, KiiData> = {
  vendor: 'kii',
  defaultSettings: defaultKiiSettings,
  settingChoices: {
    passwordResetFlow: ['generated', 'chosen'],
    limitedTokenError: ['UNAUTHORIZED', 'WRONG_TOKEN'],
    missingBucket: ['empty', 'BUCKET_NOT_FOUND'],
  },
  emptyData: emptyKiiData,
  mounts: ['api'],
  appOf: ({ path, header }) => appInPath(path) ?? header('x-kii-appid') ?? appInBasic(header('authorization')),
  appNotFound: toErrorReply(new KiiError('APP_NOT_FOUND', 'The request names no app')),
  handle: handleKii,
  users: ({ users }, settings) => Object.values(users).map((user) => userRow(user, settings)),
  sessions: sessionRows,
  seed: seedUsers,
  connection: (origin, appId) => ({
    site: `${origin}/api`,
    appId,
    appKey: 'any-app-key',
    clientId: defaultKiiSettings.clientId,
    clientSecret: defaultKiiSettings.clientSecret,
  }),
}

function appInPath(path: string): string | undefined {
  const [, id] = /^\/api\/apps\/([\w.%-]+)/.exec(path) ?? []
  try {
    return id === undefined ? undefined : decodeURIComponent(id)
  } catch {
    return undefined
  }
}

/** The token endpoint without an app in its path takes the app from the headers. */
function appInBasic(authorization: string | undefined): string | undefined {
  const [, credentials] = /^basic\s+(\S+)$/i.exec(authorization ?? '') ?? []
  return credentials === undefined ? undefined : Buffer.from(credentials, 'base64').toString('utf8').split(':')[0]
}
