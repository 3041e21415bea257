import { hash } from 'node:crypto'

const keyOf = (kind: string, backendId: string): string => hash('sha256', `${kind} ${backendId}`)

/** The key that an app of this backend sends as `__api_key`. */
export const apiKeyOf = (backendId: string): string => keyOf('api key', backendId)

/** The key that a server sends in `X-Monaca-Backend-Management-API-Key`. */
export const managementKeyOf = (backendId: string): string => keyOf('management key', backendId)
