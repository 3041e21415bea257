// Both ends of the move, for an operator: the admin keys of both apps are in it.
import type { UserDirectory } from '@userport/core'
import { undiciClient } from '@userport/core/undici'
import { createKiiDirectory, type KiiDirectoryConfig } from '@userport/kii/directory'
import { createKinveyDirectory, type KinveyDirectoryConfig } from '@userport/kinvey/directory'

export interface Sides {
  readonly kii: KiiDirectoryConfig
  readonly kinvey: KinveyDirectoryConfig
}

export interface Directories {
  readonly from: UserDirectory
  readonly to: UserDirectory
  readonly close: () => Promise<void>
}

/** undici instead of the usual transport: many requests at once cost a fraction. */
export const openDirectories = ({ kii, kinvey }: Sides): Directories => {
  const http = undiciClient()
  return { from: createKiiDirectory(kii, { http }), to: createKinveyDirectory(kinvey, { http }), close: http.close }
}
