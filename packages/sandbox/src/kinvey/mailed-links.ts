import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Json } from '../json.js'
import { randomToken } from '../random-ids.js'
import { formFields } from './body.js'
import type { Call } from './call.js'
import { entry, type KinveyWorld, type MailedLink, type StoredUser } from './data.js'
import { KinveyRefusal } from './errors.js'
import { userById } from './users.js'

type Purpose = MailedLink['purpose']

const signature = (world: KinveyWorld, nonce: string, link: MailedLink): string =>
  createHmac('sha256', world.settings.masterSecret)
    .update(JSON.stringify([world.appId, link.purpose, link.userId, link.time, nonce]))
    .digest('hex')

interface NewLink {
  readonly purpose: Purpose
  readonly email: string
  readonly page: string
  readonly lifetime: number
  /** In the place of the hosted page. */
  readonly ownPage?: string | null
}

/** Remembers a link for the user and returns its address: `<origin>/rpc/<kid>/<username>/<page>?time&nonce&sig`. */
export function mailLink(call: Call, user: StoredUser, link: NewLink): string {
  const { world, request } = call
  const { purpose, email } = link
  const nonce = randomToken(24)
  const time = world.clock.now()
  const stored = { purpose, email, userId: user._id, time, expiresAt: time + link.lifetime }
  world.data.links[nonce] = stored
  const query = new URLSearchParams({ time: String(time), nonce, sig: signature(world, nonce, stored) })
  if (link.ownPage)
    return `${link.ownPage}?${new URLSearchParams({ kid: world.appId, user: user.username }).toString()}&${query.toString()}`
  return `${request.origin}/rpc/${world.appId}/${encodeURIComponent(user.username)}/${link.page}?${query.toString()}`
}

export interface OpenedLink {
  readonly user: StoredUser
  readonly email: string
  readonly fields: Json
}

/** The link behind the time, nonce and signature of a request. Fails with InvalidOrMissingNonce: forged, used, expired, or the user is gone. */
export function openLink(call: Call, purpose: Purpose, names = { time: 'time', nonce: 'nonce', sig: 'sig' }): OpenedLink {
  const { world, request } = call
  const fields = formFields(request)
  const nonce = textIn(fields, names.nonce)
  const link = entry(world.data.links, nonce)
  const valid =
    link !== undefined &&
    link.purpose === purpose &&
    textIn(fields, names.time) === String(link.time) &&
    sameText(textIn(fields, names.sig), signature(world, nonce, link)) &&
    world.clock.now() < link.expiresAt
  const user = valid ? userById(world, link.userId) : undefined
  if (!valid || user === undefined) throw new KinveyRefusal('InvalidOrMissingNonce')
  return { user, email: link.email, fields }
}

export function dropLinks(world: KinveyWorld, user: StoredUser, purpose?: Purpose): void {
  for (const [nonce, link] of Object.entries(world.data.links)) {
    if (link.userId === user._id && (purpose === undefined || link.purpose === purpose)) delete world.data.links[nonce]
  }
}

/** In JSON a time may be a number. */
const textIn = (fields: Json, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

const sameText = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}
