import { type CallOptions, defined, readSession, type Session, type VendorName } from '@userport/core'

// No vendor has a secret of this name: it tells a session of the source, whatever the two vendors are called.
const place = 'userport.source'

/** What is noted with a session of the source while its user is on the way. */
export interface Notes {
  /** The session at the target that is about to take this one's place, as JSON. */
  readonly arriving?: string
  /** Milliseconds since 1970, before which the user is left in peace: moving was tried and did not work. */
  readonly postponed?: string
  /** With what somebody signed in who still has to give a second factor. */
  readonly identifier?: string
  readonly password?: string
}

const noted = (session: Session): Notes & Readonly<Record<string, string | undefined>> => session.secrets

/** A session of the source as a session of the target's vendor, so that one provider keeps both. */
export const travelling = (vendor: VendorName, session: Session, notes: Notes = {}): Session => ({
  vendor,
  userId: session.userId,
  kind: session.kind,
  secrets: { ...(defined(notes) as Record<string, string>), [place]: JSON.stringify(session) },
  ...(session.expiresAt === undefined ? {} : { expiresAt: session.expiresAt }),
})

/** The session of the source that travels in this one; `undefined` for a session of the target. */
export const sourceSessionOf = (session: Session | undefined): Session | undefined => {
  const text = session?.secrets?.[place]
  return text === undefined ? undefined : readSession(text)
}

export const notesOf = (session: Session): Notes => noted(session)

/** What takes a travelling session's place where the source has given another one than `inner`: what was noted stays with it. */
export const travelOn = (before: Session, inner: Session, now: Session): Session =>
  now === inner ? before : travelling(before.vendor, now, notesOf(before))

/** What the source keeps or renews on the way is kept as a session of the source. */
export const travellingOptions = (before: Session, inner: Session, options: CallOptions): CallOptions => {
  const { keep, renewed } = options
  return {
    ...options,
    ...(keep === undefined ? {} : { keep: (session) => keep(travelOn(before, inner, session)) }),
    ...(renewed === undefined ? {} : { renewed: (session) => renewed(travelOn(before, inner, session), before) }),
  }
}
