import type { CallOptions, Extended, Result, Session } from '@userport/core'
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

type Operation<Input, A> = (input: Input, session: Session, options?: CallOptions) => Result<Extended<A>>

/**
 * What only Kii has: groups, topics and the buckets of the signed-in user
 * (https://docs.kii.com/en/guides/cloudsdk/rest/managing-data/). All fail with `InvalidInput` before any request, and with `Forbidden`
 * where the access rights of a bucket or an object do not allow it; an error that only storage has is `Vendor` with Kii's `code`.
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

export const extension = (calls: KiiCalls): KiiExtension => {
  const operation =
    <Input, A>(run: (input: Input, session: Session) => Result<A>): Operation<Input, A> =>
    (input, session) =>
      pipe(
        run(input, session),
        TE.map((value) => ({ value, session })),
      )

  /** Nothing was ever saved in a bucket that Kii does not know: whether a query fails then is not documented. */
  const orNothing =
    <A>(nothing: A) =>
    (result: Result<A>): Result<A> =>
      pipe(
        result,
        TE.orElse((error) => (noBucket(error) ? TE.right(nothing) : TE.left(error))),
      )

  return {
    memberOfGroups: operation((_, session) => calls.groups({ session, by: 'is_member' })),
    ownerOfGroups: operation((_, session) => calls.groups({ session, by: 'owner' })),
    listTopics: operation((input, session) => calls.listTopics({ ...input, session })),
    createObject: operation((input, session) => calls.createObject({ ...input, session })),
    getObject: operation((input, session) =>
      pipe(
        calls.getObject({ ...input, session }),
        TE.orElse((error) => (noObject(error) || noBucket(error) ? TE.right(null) : TE.left(error))),
      ),
    ),
    patchObject: operation((input, session) => calls.patchObject({ ...input, session })),
    replaceObject: operation((input, session) => calls.replaceObject({ ...input, session })),
    deleteObject: operation((input, session) => calls.deleteObject({ ...input, session })),
    queryObjects: operation((input, session) =>
      pipe(calls.queryObjects({ ...input, session }), orNothing<KiiObjects>({ objects: [], nextPaginationKey: null })),
    ),
    countObjects: operation((input, session) => pipe(calls.countObjects({ ...input, session }), orNothing(0))),
  }
}
