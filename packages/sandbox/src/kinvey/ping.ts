import type { VendorResponse } from '../world.js'
import { type Call, ok } from './call.js'

/** `GET /appdata/:kid`. */
export const ping = ({ world: { settings } }: Call): VendorResponse =>
  ok({ version: '1.0.0', kinvey: `hello ${settings.appName}`, appName: settings.appName, environmentName: 'Sandbox' })
