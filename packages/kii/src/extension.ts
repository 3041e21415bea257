import {
  type BrokenInput,
  type CallOptions,
  type Extended,
  type OperationContext,
  type Result,
  type Session,
  userError,
} from '@userport/core'
import * as E from '#fp-ts/Either'
import { pipe } from '#fp-ts/function'
import * as TE from '#fp-ts/TaskEither'
import type {
  KiiCount,
  KiiExpected,
  KiiNewObject,
  KiiObjectKey,
  KiiObjectPatch,
  KiiObjects,
  KiiQuery,
  KiiReplacement,
} from './endpoints/bucket.js'
import type { KiiGroup, KiiTopics } from './endpoints/scope.js'
import type { KiiCalls } from './endpoints.js'
import type { KiiObject, KiiSaved } from './extension/codecs.js'
import { extensionInput } from './extension/input.js'

type Operation<Input, A> = (input: Input, session: Session, options?: CallOptions) => Result<Extended<A>>

/**
 * What only Kii has: groups, topics and the buckets of the signed-in user
 * (https://docs.kii.com/en/guides/cloudsdk/rest/managing-data/). All fail with `InvalidInput` before any request; an error that
 * only storage has is `Vendor` with Kii's `code`.
 */
export type KiiExtension = {
  /** The groups that the user belongs to, own ones included. */
  readonly memberOfGroups: Operation<undefined, readonly KiiGroup[]>
  readonly ownerOfGroups: Operation<undefined, readonly KiiGroup[]>
  /** Topics in the user's scope, a page. Fails with `InvalidInput` of `paginationKey` when the topic that the key names is gone. */
  readonly listTopics: Operation<{ readonly paginationKey?: string } | undefined, KiiTopics>
  /** The first object makes the bucket. Fails with `OutcomeUnknown` when the answer is lost; `replaceObject` with an id of your own does not. */
  readonly createObject: Operation<KiiNewObject, KiiSaved>
  /** `null` where there is no such object. */
  readonly getObject: Operation<KiiObjectKey, KiiObject | null>
  /** Answers with the whole object. Fails with code `OBJECT_NOT_FOUND`, `OBJECT_VERSION_IS_STALE`. */
  readonly patchObject: Operation<KiiObjectPatch, KiiObject>
  /** Makes the object where there is none. Fails with code `OBJECT_VERSION_IS_STALE`, `OBJECT_ALREADY_EXISTS`. */
  readonly replaceObject: Operation<KiiReplacement, KiiSaved>
  /** Fails with code `OBJECT_NOT_FOUND`, `OBJECT_VERSION_IS_STALE`. */
  readonly deleteObject: Operation<KiiObjectKey & KiiExpected, undefined>
  /** Fails with `InvalidInput` for what the bucket cannot do, e.g. comparing parts of texts in an encrypted one. */
  readonly queryObjects: Operation<KiiQuery, KiiObjects>
  readonly countObjects: Operation<KiiCount, number>
}

const saidBy =
  (code: string): ((error: { readonly code?: string }) => boolean) =>
  (error) =>
    error.code === code
const noObject = saidBy('OBJECT_NOT_FOUND')
const noBucket = saidBy('BUCKET_NOT_FOUND')

export const extension = (calls: KiiCalls, { at }: OperationContext): KiiExtension => {
  const operation =
    <Input, A>(run: (input: Input, session: Session) => Result<A>, check: (input: Input) => BrokenInput | undefined): Operation<Input, A> =>
    (input, session) => {
      // Without types an argument may be anything, and looking into it may throw.
      const broken = pipe(
        E.tryCatch(
          () => check(input),
          () => ({ field: 'input', rule: 'is not of the documented form' }),
        ),
        E.toUnion,
      )
      return broken === undefined
        ? pipe(
            run(input, session),
            TE.map((value) => ({ value, session })),
          )
        : TE.left(userError('InvalidInput', at, broken))
    }

  /** Nothing was ever saved in a bucket that Kii does not know: whether a query fails then is not documented. */
  const orNothing =
    <A>(nothing: A) =>
    (result: Result<A>): Result<A> =>
      pipe(
        result,
        TE.orElse((error) => (noBucket(error) ? TE.right(nothing) : TE.left(error))),
      )

  const unchecked = (): undefined => undefined

  return {
    memberOfGroups: operation((_, session) => calls.groups({ session, by: 'is_member' }), unchecked),
    ownerOfGroups: operation((_, session) => calls.groups({ session, by: 'owner' }), unchecked),
    listTopics: operation((input, session) => calls.listTopics({ ...input, session }), extensionInput.listTopics),
    createObject: operation((input, session) => calls.createObject({ ...input, session }), extensionInput.createObject),
    getObject: operation(
      (input, session) =>
        pipe(
          calls.getObject({ ...input, session }),
          TE.orElse((error) => (noObject(error) || noBucket(error) ? TE.right(null) : TE.left(error))),
        ),
      extensionInput.getObject,
    ),
    patchObject: operation((input, session) => calls.patchObject({ ...input, session }), extensionInput.patchObject),
    replaceObject: operation((input, session) => calls.replaceObject({ ...input, session }), extensionInput.replaceObject),
    deleteObject: operation((input, session) => calls.deleteObject({ ...input, session }), extensionInput.deleteObject),
    queryObjects: operation(
      (input, session) => pipe(calls.queryObjects({ ...input, session }), orNothing<KiiObjects>({ objects: [], nextPaginationKey: null })),
      extensionInput.queryObjects,
    ),
    countObjects: operation((input, session) => pipe(calls.countObjects({ ...input, session }), orNothing(0)), extensionInput.countObjects),
  }
}
