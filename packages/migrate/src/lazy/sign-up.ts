import {
  type CallOptions,
  type IdentifierKind,
  type Identifiers,
  identifierOf,
  type Result,
  type Session,
  type SignUp,
  type Upgraded,
  type UserBackend,
  type UserError,
  userError,
  type Warning,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { type LossCode, losses } from '../losses.js'
import { expired } from './live-session.js'
import { asNewcomer } from './newcomer.js'
import { askFirst, type Outcome, type Parts, refusedAtOnce, within } from './parts.js'
import { sourceSessionOf, travellingOptions, travelOn } from './travelling-session.js'

const madeUp = (length: number): string =>
  Array.from(globalThis.crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join('')

/** Has somebody at the source this username? */
const existsAtSource = async (parts: Parts, username: string, call: CallOptions): Outcome<boolean> => {
  const { source } = parts
  const { usernameExists } = source.capabilities
  if (parts.settings.retired || usernameExists === false) return E.right(false)
  const asked = async (name: string): Outcome<boolean> => {
    const answer = await askFirst(parts, call, (limits) => source.usernameExists(name, limits))
    // A name that breaks a rule of the source is nobody's there.
    return E.isLeft(answer) && answer.left._tag === 'InvalidInput' ? E.right(false) : answer
  }
  const exists = await asked(username)
  if (E.isLeft(exists) || !exists.right || usernameExists.answers === 'exists') return exists
  // It cannot be had. Where no name of that length can, it is too short, and nobody has it.
  return E.map((neither: boolean) => !neither)(await asked(madeUp([...username].length)))
}

const kinds: readonly IdentifierKind[] = ['username', 'email', 'phone']

/** Refuses identifiers that somebody at the source holds who has not come yet: they are not to be given away. */
const heldAtSource = async (
  parts: Parts,
  identifiers: Identifiers,
  operation: string,
  call: CallOptions,
): Promise<E.Either<UserError, never> | undefined> => {
  const { to, ledger, settings } = parts
  if (settings.retired) return undefined
  const taken = (identifier: IdentifierKind): E.Either<UserError, never> =>
    E.left(userError('IdentifierTaken', { vendor: to.vendor, operation }, { identifier }))
  for (const kind of kinds) {
    const value = identifiers[kind]
    if (value === undefined) continue
    if (ledger !== undefined) {
      const standing = await askFirst(parts, call, (limits) => ledger.standing(identifierOf(kind, value), limits))
      if (E.isLeft(standing)) return standing
      if (standing.right === 'waiting') return taken(kind)
    }
    if (kind !== 'username') continue
    const exists = await existsAtSource(parts, value, call)
    if (E.isLeft(exists)) return exists
    // Whoever has come has the name at the target too, which says so itself.
    if (exists.right) return taken(kind)
  }
  return undefined
}

type Names = 'signUp' | 'upgrade' | 'changeUsername' | 'usernameExists'

const leavesAttributes: ReadonlySet<LossCode> = new Set(['attribute-dropped', 'attributes-too-large'])

/** What gives somebody a name. */
export const naming = (parts: Parts): Pick<UserBackend, Names> => {
  const { to, source, settings } = parts

  /** An anonymous user of the source becomes an account of the target at once. */
  const upgradeFromSource = async (input: SignUp, call: CallOptions, session: Session, inner: Session): Outcome<Upgraded> => {
    const at = { vendor: to.vendor, operation: 'upgrade' }
    if (settings.retired) return E.left(expired(parts, 'upgrade'))
    if (inner.kind === 'registered') return E.left(userError('NotAnonymous', at, {}))
    const seen = await source.fetchUser(inner, travellingOptions(session, inner, call))()
    if (E.isLeft(seen)) return seen
    const { user, session: now } = seen.right
    /** The session of the source goes on, perhaps as another one than that which was given. */
    const failed = async (error: UserError): Outcome<never> => {
      if (now !== inner)
        await TE.tryCatch(
          async () => call.renewed?.(travelOn(session, inner, now), session),
          () => undefined,
        )()
      return E.left(error)
    }
    if (user.kind === 'registered') return failed(userError('NotAnonymous', at, {}))
    let warnings: readonly Warning[] = []
    const made = await asNewcomer(parts, user, ({ profile }, lost) => {
      warnings = lost.filter((code) => leavesAttributes.has(code)).map((code) => ({ code: 'attribute-not-copied', message: losses[code] }))
      const attributes = { ...profile.attributes, ...input.profile?.attributes }
      return to.signUp({ ...input, profile: { ...profile, ...input.profile, attributes } }, call)
    })
    if (E.isLeft(made)) return failed(made.left)
    if (made.right === null) return failed(userError('Unsupported', at, { capability: 'upgrade' }))
    parts.moved({ previousId: user.id, id: made.right.user.id, how: 'upgrade' })
    return E.right({ ...made.right, identity: 'replaced', previousId: user.id, warnings })
  }

  const guarded = <A>(
    operation: Names,
    identifiers: Identifiers,
    options: CallOptions,
    act: (call: CallOptions) => Result<A>,
    otherwise: (call: CallOptions) => Outcome<A> = (call) => act(call)(),
  ): Result<A> =>
    within(parts, operation, options, async (call) => {
      const refused = (await refusedAtOnce(act)) ?? (await heldAtSource(parts, identifiers, operation, call))
      return refused ?? otherwise(call)
    })

  return {
    signUp: (input, options = {}) =>
      settings.retired ? to.signUp(input, options) : guarded('signUp', input?.identifiers ?? {}, options, (call) => to.signUp(input, call)),

    upgrade: (input, session, options = {}) => {
      const inner = sourceSessionOf(session)
      if (inner === undefined && settings.retired) return to.upgrade(input, session, options)
      return guarded(
        'upgrade',
        input?.identifiers ?? {},
        options,
        (call) => to.upgrade(input, session, call),
        inner === undefined ? undefined : (call) => upgradeFromSource(input, call, session, inner),
      )
    },

    changeUsername: (username, session, options = {}) => {
      const inner = sourceSessionOf(session)
      if (inner === undefined) {
        return settings.retired
          ? to.changeUsername(username, session, options)
          : guarded('changeUsername', { username }, options, (call) => to.changeUsername(username, session, call))
      }
      if (settings.retired) return TE.left(expired(parts, 'changeUsername'))
      return pipe(
        source.changeUsername(username, inner, travellingOptions(session, inner, options)),
        TE.map(({ user, session: now }) => ({ user, session: travelOn(session, inner, now) })),
      )
    },

    usernameExists: (username, options = {}) =>
      within(parts, 'usernameExists', options, async (call) => {
        const exists = await to.usernameExists(username, call)()
        return E.isLeft(exists) || exists.right ? exists : existsAtSource(parts, username, call)
      }),
  }
}
