import { randomUUID } from 'node:crypto'
import type { UserDirectory } from '@userport/core'
import { createKiiDirectory } from '@userport/kii/directory'
import { createKinveyDirectory } from '@userport/kinvey/directory'
import { createMonacaDirectory } from '@userport/monaca/directory'
import type { Sandbox, Vendor } from '@userport/sandbox'

/** A directory of an app that nobody else uses, with the app's id. */
export const directoryAt = (
  sandbox: Pick<Sandbox, 'connection'>,
  vendor: Vendor,
  app = `app-${randomUUID().slice(0, 12)}`,
): UserDirectory => {
  const connection = sandbox.connection(vendor, app)
  const { site = '', appId = '', appKey = '', clientId = '', clientSecret = '' } = connection
  const { host = '', appSecret = '', masterSecret = '', managementUrl = '', managementKey = '' } = connection
  switch (vendor) {
    case 'kii':
      return createKiiDirectory({ site, appId, appKey, clientId, clientSecret })
    case 'kinvey':
      return createKinveyDirectory({ host, appKey, appSecret, masterSecret })
    case 'monaca':
      return createMonacaDirectory({ managementUrl, managementKey })
  }
}

const nowhere = {
  site: 'http://127.0.0.1:1',
  appId: 'app',
  host: 'http://127.0.0.1:1',
  appKey: 'app',
  appSecret: 'secret',
  masterSecret: 'secret',
  clientId: 'id',
  clientSecret: 'secret',
  managementUrl: 'http://127.0.0.1:1',
  managementKey: 'key',
}

/** Directories that are asked for nothing but their capabilities, their rules and their checks. */
export const unreachable = (vendor: Vendor): UserDirectory => directoryAt({ connection: () => nowhere }, vendor)

export const vendors: readonly Vendor[] = ['kii', 'kinvey', 'monaca']
