import * as E from '#fp-ts/Either'
import type * as t from '#io-ts'
import { type UserError, userError } from './errors.js'
import { firstMismatch } from './reply.js'
import type { User } from './user.js'

/**
 * A user's attributes as the app knows them, by the app's own io-ts codec.
 * Fails with `Protocol` that names the path and the expected type, never the value.
 */
export const decodeAttributes = <A>(codec: t.Decoder<unknown, A>, user: Pick<User, 'vendor' | 'attributes'>): E.Either<UserError, A> =>
  E.mapLeft((errors: t.Errors): UserError => {
    const { path, expected } = firstMismatch(errors)
    const message = `The user's attributes are not as the app expects. At "${path}": expected ${expected}.`
    return userError('Protocol', { vendor: user.vendor, operation: 'decodeAttributes' }, { path, expected, message })
  })(codec.decode(user.attributes))
