import { toPromises, webStorageStore } from '@userport/core'
import { createMonaca, type MonacaConfig } from '@userport/monaca'

export const startApp = async (config: MonacaConfig) => {
  const store = webStorageStore(localStorage)
  const users = toPromises(createMonaca(config, { store, legacyStore: store }))
  await users.restore()
  return users
}
