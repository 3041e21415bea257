import type { VendorRequest } from '../../world.js'
import type { Call } from '../call.js'
import { OAuthRefusal } from './refusal.js'

type Request = Pick<VendorRequest, 'query' | 'header' | 'body'>

/** The fields of a form over the parameters in the query. */
export const fieldsOf = ({ query, body }: Request): Readonly<Record<string, string>> =>
  Object.fromEntries([...query, ...new URLSearchParams(body)])

function basicCredentials({ header }: Request): readonly [name: string, secret: string] {
  const [scheme = '', credentials = ''] = (header('authorization') ?? '').trim().split(/\s+/)
  const [name = '', ...secret] = scheme.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString().split(':') : []
  return [name, secret.join(':')]
}

/** A client id is the app's key, alone or with the id of one of its login services: `kid_x` or `kid_x.micId`. */
const appKeyOf = (clientId: string): string => clientId.split('.')[0] ?? ''

/** The app that a call of Mobile Identity Connect is for. */
export function appOfClient(request: Request): string | undefined {
  const clientId = fieldsOf(request).client_id ?? basicCredentials(request)[0]
  return appKeyOf(clientId) || undefined
}

/** The client that came with the app secret. Fails with `invalid_client`. */
export function authenticatedClient({ request, world }: Call): string {
  const [name, secret] = basicCredentials(request)
  const claimed = fieldsOf(request).client_id ?? name
  if (appKeyOf(name) !== world.appId || claimed !== name || secret !== world.settings.appSecret) {
    throw new OAuthRefusal('invalid_client', 'The client id or the app secret is wrong', 401)
  }
  return name
}
