import { type AppMethod, signedIn } from './app-call.js'
import { keyed, own } from './data.js'
import { refuse } from './errors.js'
import { record, textList } from './params.js'
import { propertiesProblem } from './rules.js'
import { pick, saveProperties } from './users.js'

/** What an app keeps with a user, and with a device on which nobody is signed in. */
export const propertyMethods: Readonly<Record<string, AppMethod>> = {
  'User.getProperties': (call) => {
    const { user } = signedIn(call)
    return { properties: pick(user.properties, textList(call.params, 'names'), call.world.settings.unsetProperties) }
  },

  'User.saveProperties': (call) => {
    const { user } = signedIn(call)
    const properties = record(call.params, 'properties')
    refuse({ properties: propertiesProblem(properties, user.properties) })
    saveProperties(call.world, user, properties)
    return {}
  },

  'Device.getProperties': ({ world, params, deviceId }) => {
    const properties = own(world.data.devices, keyed(deviceId)) ?? {}
    return { properties: pick(properties, textList(params, 'names'), world.settings.unsetProperties) }
  },

  'Device.saveProperties': ({ world, params, deviceId }) => {
    const stored = own(world.data.devices, keyed(deviceId)) ?? {}
    const properties = record(params, 'properties')
    refuse({ properties: propertiesProblem(properties, stored) })
    world.data.devices[keyed(deviceId)] = { ...stored, ...properties }
    return {}
  },
}
