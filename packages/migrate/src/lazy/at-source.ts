import { type CallOptions, type OperationName, type Result, type Session, type UserBackend, userError } from '@userport/core'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { isGone } from '../mapping/marks.js'
import { expired, isDue, moveSession } from './live-session.js'
import { type Parts, within } from './parts.js'
import { sourceSessionOf, travellingOptions, travelOn } from './travelling-session.js'

/** Operations of a signed-in user, and which argument is the session. */
const positions = {
  signOut: 0,
  signOutEverywhere: 0,
  suspendUser: 0,
  updateProfile: 1,
  changePassword: 1,
  findUser: 1,
  findUsers: 1,
  deleteUser: 1,
  requestVerification: 1,
  confirmVerification: 1,
  changeContact: 1,
  linkIdentity: 1,
  unlinkIdentity: 1,
} as const satisfies Partial<Record<OperationName, 0 | 1>>

type Routed = keyof typeof positions

type Call = (...args: readonly unknown[]) => Result<unknown>

const isSession = (value: unknown): value is Session => typeof value === 'object' && value !== null && 'secrets' in value

const travelsOn =
  (before: Session, inner: Session) =>
  (answer: unknown): unknown =>
    typeof answer === 'object' && answer !== null && 'session' in answer && isSession(answer.session)
      ? { ...answer, session: travelOn(before, inner, answer.session) }
      : answer

/**
 * Everything that somebody does who is signed in: at the target, unless the session is one of the source. That goes on there until it
 * can be moved.
 */
export const atSource = (parts: Parts): Pick<UserBackend, Routed | 'fetchUser' | 'renewSession' | 'accessToken' | 'extension'> => {
  const { to, source, settings } = parts

  const routed =
    (operation: string, position: number, there: Call, here: Call): Call =>
    (...args) => {
      const session = args[position] as Session
      const inner = sourceSessionOf(session)
      if (inner === undefined) return there(...args)
      if (settings.retired) return operation === 'signOut' ? TE.right({ server: 'local' }) : TE.left(expired(parts, operation))
      const options = travellingOptions(session, inner, (args[position + 1] ?? {}) as CallOptions)
      return pipe(here(...args.slice(0, position), inner, options), TE.map(travelsOn(session, inner)))
    }

  const operation = (name: Routed): Call => routed(name, positions[name], to[name] as unknown as Call, source[name] as unknown as Call)

  /** What only the target's vendor has is refused where the source has nothing of that name. */
  const extended = (name: string): Call => {
    const refuse: Call = () => TE.left(userError('Unsupported', { vendor: source.vendor, operation: name }, { capability: name }))
    const here = Object.hasOwn(source.extension, name) ? (source.extension[name] as unknown as Call) : refuse
    return routed(name, 1, to.extension[name] as unknown as Call, here)
  }

  return {
    ...(Object.fromEntries((Object.keys(positions) as Routed[]).map((name) => [name, operation(name)])) as unknown as Pick<
      UserBackend,
      Routed
    >),

    // A session that may be moved is called dead, so that whoever holds it asks for another one in its place.
    fetchUser: (session, options = {}) => {
      const inner = sourceSessionOf(session)
      if (inner === undefined) return to.fetchUser(session, options)
      if (settings.retired || isDue(parts, session)) return TE.left(expired(parts, 'fetchUser'))
      return pipe(
        source.fetchUser(inner, travellingOptions(session, inner, options)),
        TE.flatMap(({ user, session: now }) =>
          isGone(user) ? TE.left(expired(parts, 'fetchUser')) : TE.right({ user, session: travelOn(session, inner, now) }),
        ),
      )
    },

    renewSession: (session, options = {}) => {
      const inner = sourceSessionOf(session)
      if (inner === undefined) return to.renewSession(session, options)
      if (settings.retired) return TE.left(expired(parts, 'renewSession'))
      // Sessions of both vendors are used on the way: whoever calls could not tell whose was renewed.
      const { renewed: _, ...others } = options
      return within(parts, 'renewSession', others, (call) => moveSession(parts, session, inner, call))
    },

    accessToken: (session) => {
      const inner = sourceSessionOf(session)
      return inner === undefined ? to.accessToken(session) : source.accessToken(inner)
    },

    extension: Object.fromEntries(Object.keys(to.extension).map((name) => [name, extended(name)])) as unknown as UserBackend['extension'],
  }
}
