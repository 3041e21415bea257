import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import { type Capabilities, type CapabilityName, hasCapability, type OperationCapability, operationCapability } from './capabilities.js'
import { type Running, withDeadline } from './deadline.js'
import { type At, type UserError, userError } from './errors.js'
import { Context, idle, type OperationContext } from './operation-context.js'
import { inTheEnd } from './outcome.js'
import type { Result } from './result.js'
import type { Rules } from './rules.js'
import { flawInSession, isSession } from './stored.js'
import type { Session, VendorName } from './user.js'
import type {
  AccessToken,
  CallOptions,
  Extension,
  MissingOperation,
  OperationName,
  ResetLink,
  UserBackend,
  UserBackendOf,
  UserOperations,
} from './user-backend.js'
import { type BrokenInput, type Complaint, checkInput, errorOf } from './validation.js'

export type { OperationContext } from './operation-context.js'

type Optional = keyof OperationCapability | 'completePasswordReset'

type Promised<C extends Capabilities> =
  | Exclude<keyof OperationCapability, MissingOperation<C>>
  | (C['resetByCode'] | C['resetByLink'] extends false ? never : 'completePasswordReset')

/** What a vendor with capabilities `C` must bring: an operation missing or one too many does not compile. */
export type Implementation<C extends Capabilities> = Omit<UserOperations, Optional> &
  Pick<UserOperations, Promised<C> & keyof UserOperations> & { readonly [Name in Exclude<Optional, Promised<C>>]?: never }

export interface BackendDefinition<C extends Capabilities, X extends Extension = Extension> {
  readonly name: VendorName
  readonly rules: Rules
  readonly usesDevice?: boolean
  /** Refuse everything with this error: the backend cannot work. */
  readonly refuse?: UserError
  /** Milliseconds, where a call does not say. */
  readonly deadline?: number
  /** Rules between fields that `rules` cannot say. */
  readonly check?: (operation: OperationName, input: unknown) => BrokenInput | undefined
  /** What it makes may serve several calls, one after the other: keep no state of a call in it. */
  readonly operations: (context: OperationContext) => Implementation<C>
  readonly parseResetLink?: (url: string) => E.Either<BrokenInput, Omit<ResetLink, 'type' | 'vendor'>>
  /** The vendor's own token in a session. Goes with capability `accessToken`. */
  readonly accessToken?: (session: Session) => AccessToken | null
  /** The session that the vendor's old SDK left in its store. */
  readonly adoptable?: UserBackend['adoptable']
  /** What only this vendor has. Each member takes its input and the session. */
  readonly extension?: (context: OperationContext) => X
  /** What may be wrong with the input of a member of the extension. */
  readonly checkExtension?: (name: string, input: unknown) => Complaint
}

/** What an operation takes before its options. */
const takes = {
  signUp: 'input',
  signIn: 'input',
  signInAnonymously: 'input',
  signOut: 'session',
  fetchUser: 'session',
  renewSession: 'session',
  updateProfile: 'both',
  upgrade: 'both',
  changePassword: 'both',
  requestPasswordReset: 'input',
  completePasswordReset: 'input',
  forgotUsername: 'input',
  usernameExists: 'input',
  findUser: 'both',
  deleteUser: 'both',
  continueSignIn: 'both',
  signInWithToken: 'input',
  signInWithIdentity: 'input',
  signOutEverywhere: 'session',
  requestVerification: 'both',
  confirmVerification: 'both',
  changeContact: 'both',
  changeUsername: 'both',
  linkIdentity: 'both',
  unlinkIdentity: 'both',
  findUsers: 'both',
  suspendUser: 'session',
} as const satisfies Readonly<Record<OperationName, 'input' | 'session' | 'both'>>

export const operationNames = Object.keys(takes) as readonly OperationName[]

/** The refusal of an operation that no vendor with these capabilities has. */
export const lacking = (vendor: VendorName, capabilities: Capabilities, name: string): UserError | undefined => {
  const capability = (operationCapability as Partial<Record<string, CapabilityName>>)[name]
  return capability === undefined || hasCapability(capabilities, capability)
    ? undefined
    : userError('Unsupported', { vendor, operation: name }, { capability })
}

const unusable = (refusal: UserError | undefined, operation: string): UserError | undefined =>
  refusal === undefined ? undefined : { ...refusal, operation }

const unreadable = (at: At, field: string): UserError => userError('InvalidInput', at, { field, rule: 'is not of the documented form' })

// Whoever keeps the sessions may have lost one.
const withoutSession = (at: At, session: unknown): UserError | undefined =>
  isSession(session)
    ? undefined
    : userError('InvalidInput', at, { field: 'session', rule: 'must be the session of a user, as an operation gave it' })

/** A session that cannot be stored and read again is told where it is made, not by whichever operation is given it later. */
const withSoundSession = (at: At, outcome: E.Either<UserError, unknown>): E.Either<UserError, unknown> => {
  const made = E.isRight(outcome) ? outcome.right : undefined
  if (typeof made !== 'object' || made === null || !('session' in made) || isSession(made.session)) return outcome
  const path = flawInSession(made.session) ?? 'session'
  return E.left(inTheEnd(userError('Protocol', at, { path, expected: 'a session as it is documented, each secret a text' }), {}))
}

type Call = (...args: readonly unknown[]) => Result<unknown>

/** One of a vendor's functions, made for one call, free for the next one when that has ended. */
interface Made {
  readonly context: Context
  readonly call: Call
}

/**
 * Builds a stateless backend from its operations: adds the refusals, the checks of every argument, and the deadline.
 * All that a vendor package or a provider of your own needs to bring is `operations`: just those that its capabilities promise.
 */
export const defineBackend =
  <const C extends Capabilities>(capabilities: C) =>
  <X extends Extension = Record<never, never>>(definition: BackendDefinition<C, X>): UserBackendOf<C, X> => {
    const { name: vendor, rules, check, parseResetLink, checkExtension } = definition

    const broken = (at: At, complaint: Complaint): UserError | undefined => (complaint === undefined ? undefined : errorOf(at, complaint))

    // Without types an argument may be anything, and looking into it may throw.
    const lookedInto = (operation: string, look: (at: At) => UserError | undefined): UserError | undefined => {
      const at = { vendor, operation }
      try {
        return look(at)
      } catch {
        return unreadable(at, 'input')
      }
    }

    const refusal = (name: OperationName, args: readonly unknown[]): UserError | undefined =>
      lookedInto(name, (at) => checkInput(name, args, { name: vendor, rules, capabilities }) ?? broken(at, check?.(name, args[0])))

    const sessionless = (name: OperationName, args: readonly unknown[]): UserError | undefined =>
      takes[name] === 'input' ? undefined : withoutSession({ vendor, operation: name }, args[takes[name] === 'session' ? 0 : 1])

    /** Runs one of the vendor's functions within the deadline, unless it is refused before. */
    const guarded = (
      name: string,
      position: number,
      refuse: (args: readonly unknown[]) => UserError | undefined,
      find: (context: OperationContext) => Call,
    ): Call => {
      // A vendor's operations are dozens of functions: making them anew costs more than most of what a call does.
      const free: Made[] = []
      const take = (running: Running, options: CallOptions): Made => {
        const made = free.pop()
        if (made?.context.suits(options) === true) return made
        const context = new Context(running, options)
        return { context, call: find(context) }
      }
      return (...args) => {
        const options = (args[position] ?? {}) as CallOptions
        const refused = unusable(definition.refuse, name) ?? refuse(args)
        if (refused !== undefined) return TE.left(refused)
        const { signal, deadline = definition.deadline } = options
        return withDeadline<unknown>({ vendor, operation: name }, { signal, deadline }, (running) => async () => {
          const made = take(running, options)
          made.context.serve(running, options)
          const outcome = withSoundSession(running.at, await made.call(...args)())
          // The last argument before the options is the session, where there is one; without one nothing is renewed.
          if (E.isLeft(outcome) && outcome.left._tag !== 'SessionExpired') await made.context.tellRenewed(args[position - 1] as Session)
          // Only when its work has ended, not when its deadline has: what comes late must not meddle with another call.
          free.push(made)
          return outcome
        })
      }
    }

    const operation = (name: OperationName): Call =>
      guarded(
        name,
        takes[name] === 'both' ? 2 : 1,
        (args) => lacking(vendor, capabilities, name) ?? sessionless(name, args) ?? refusal(name, args),
        (context) => definition.operations(context)[name as keyof Implementation<C>] as unknown as Call,
      )

    const extended = (name: string): Call =>
      guarded(
        name,
        2,
        (args) =>
          withoutSession({ vendor, operation: name }, args[1]) ?? lookedInto(name, (at) => broken(at, checkExtension?.(name, args[0]))),
        (context) => definition.extension?.(context)[name] as unknown as Call,
      )

    const backend = {
      vendor,
      capabilities,
      rules,
      usesDevice: definition.usesDevice === true,
      ...Object.fromEntries(operationNames.map((name) => [name, operation(name)])),
      extension: Object.fromEntries(Object.keys(definition.extension?.(idle) ?? {}).map((name) => [name, extended(name)])),
      accessToken: (session: Session) => definition.accessToken?.(session) ?? null,
      adoptable: definition.adoptable ?? (async () => null),
      parseResetLink: (url: string): E.Either<UserError, ResetLink> => {
        const at = { vendor, operation: 'parseResetLink' }
        const refused = unusable(definition.refuse, at.operation)
        if (refused !== undefined) return E.left(refused)
        if (parseResetLink === undefined) return E.left(userError('Unsupported', at, { capability: 'resetByLink' }))
        return pipe(
          E.tryCatch(
            () => parseResetLink(url),
            () => unreadable(at, 'url'),
          ),
          E.flatMap(E.mapLeft((rule): UserError => userError('InvalidInput', at, rule))),
          E.map((parts): ResetLink => ({ type: 'reset-link', vendor, ...parts })),
        )
      },
    }
    return backend as unknown as UserBackend as unknown as UserBackendOf<C, X>
  }
