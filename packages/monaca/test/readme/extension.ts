import { toPromises } from '@userport/core'
import { createMonaca, type MonacaConfig } from '@userport/monaca'

export const addPoints = async (config: MonacaConfig, username: string, password: string): Promise<readonly string[]> => {
  const users = toPromises(createMonaca(config))
  await users.signIn({ identifier: { username }, password })
  const { points, level } = await users.extension.getProperties(['points', 'level']) // null where it is not set
  await users.extension.saveProperties({ points: Number(points) + 10, level: level ?? 1 })
  await users.extension.saveDeviceProperties({ lastUser: username })
  await users.refresh() // activeUser() is as of now again
  const refusals = await users.extension.validate({ username, properties: { '1st': true } })
  return refusals.map(({ field, reason }) => `${field} is ${reason}`) // username is taken, properties is invalid
}
