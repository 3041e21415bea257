import { type Session, type SignedIn, userId } from '@userport/core'
import { type KiiRegistered, type KiiToken, toUser } from './codecs.js'

interface SessionPart {
  readonly accessToken: string
  readonly refreshToken?: string
  /** Seconds. */
  readonly expiresIn?: number
}

const toSession = (id: string, kind: Session['kind'], { accessToken, refreshToken, expiresIn }: SessionPart): Session => ({
  vendor: 'kii',
  userId: userId(id),
  kind,
  secrets: { accessToken, ...(refreshToken === undefined ? {} : { refreshToken }) },
  ...(expiresIn === undefined ? {} : { expiresAt: Date.now() + expiresIn * 1000 }),
})

/** The session of a token reply. */
export const ofToken = ({ id, access_token, refresh_token, expires_in }: KiiToken): Session =>
  toSession(id, 'registered', { accessToken: access_token, refreshToken: refresh_token, expiresIn: expires_in })

/** `complete`: the reply held the whole user; Kii's first documentation had the id and the token alone. */
export const ofRegistration =
  (kind: Session['kind']) =>
  (wire: KiiRegistered): SignedIn & { readonly complete: boolean } => ({
    user: toUser(wire),
    session: toSession(wire.userID, kind, { accessToken: wire._accessToken, refreshToken: wire._refreshToken }),
    complete: wire._hasPassword !== undefined,
  })
