import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type ErrorTag,
  errorTags,
  isUserError,
  toUserportError,
  type UserError,
  type UserErrorOf,
  type UserportError,
  userError,
} from '../src/index.js'

const at = { vendor: 'some', operation: 'signIn' }
const taken = userError('IdentifierTaken', at, { identifier: 'email', code: 'EXISTS', status: 409 })

describe('userError', () => {
  it.each(errorTags)('%s is plain data with every common field', (tag) => {
    const error = userError(tag, at, {
      field: 'f',
      rule: 'r',
      capability: 'c',
      path: 'p',
      problem: 'x',
      expected: 'e',
      what: 'email',
    } as never)
    expect(error).toMatchObject({
      _tag: tag,
      vendor: 'some',
      operation: 'signIn',
      message: expect.stringMatching(/\S/),
      retryable: expect.any(Boolean),
    })
    expect(JSON.parse(JSON.stringify(error))).toEqual(error)
    expect(error.message).not.toContain('undefined')
    expect(Object.getPrototypeOf(error)).toBe(Object.prototype)
  })

  it('is retryable only where trying again does no harm', () => {
    const retryable = errorTags.filter((tag) => userError(tag, at, {} as never).retryable)
    expect(retryable).toEqual(['RateLimited', 'Unavailable', 'Network', 'Timeout'])
  })

  it('says what to do in the message', () => {
    expect(userError('InvalidInput', at, { field: 'email', rule: 'must not be empty' }).message).toBe('email: must not be empty')
    expect(userError('Unsupported', at, { capability: 'findUser', instead: 'the console' }).message).toContain('Instead: the console.')
    expect(userError('Configuration', at, { path: 'site', problem: 'is missing.', fix: 'Set it.' }).message).toBe(
      'site: is missing. Set it.',
    )
  })
})

describe('UserportError', () => {
  const rejection = toUserportError(taken)

  it('is an Error that carries the same error, with its fields on it', () => {
    expect(rejection).toBeInstanceOf(Error)
    expect(rejection.error).toBe(taken)
    expect(rejection).toMatchObject({ _tag: 'IdentifierTaken', code: 'EXISTS', status: 409, name: 'UserportError', tag: 'IdentifierTaken' })
    expect(rejection.message).toBe('IdentifierTaken: The identifier belongs to another account.')
    expect(inspect(rejection)).toContain('IdentifierTaken')
  })

  it('is told by isUserError from everything else, and by its tags', () => {
    expect(isUserError(rejection)).toBe(true)
    expect(isUserError(rejection, 'UserNotFound', 'IdentifierTaken')).toBe(true)
    expect(isUserError(rejection, 'UserNotFound')).toBe(false)
    for (const other of [taken, new Error('IdentifierTaken'), null, undefined, 'IdentifierTaken']) expect(isUserError(other)).toBe(false)
  })

  it('has its fields by type once the tag is known', () => {
    const caught: unknown = rejection
    if (!isUserError(caught, 'IdentifierTaken')) throw new Error('not told')
    expectTypeOf(caught.mergeTicket).toEqualTypeOf<UserErrorOf<'IdentifierTaken'>['mergeTicket']>()
    expectTypeOf(caught).toExtend<UserportError>()
    // @ts-expect-error: another tag's field
    expect(caught.retryAfter).toBeUndefined()
  })
})

describe('the union', () => {
  // Compiles only as long as every tag is handled.
  const exhaustive = (error: UserError): ErrorTag => {
    switch (error._tag) {
      case 'InvalidInput':
      case 'InvalidCredentials':
      case 'IdentifierTaken':
      case 'UserNotFound':
      case 'UserDisabled':
      case 'NotVerified':
      case 'SecondFactorRequired':
      case 'NotSignedIn':
      case 'AlreadySignedIn':
      case 'NotAnonymous':
      case 'WouldLoseAnonymousUser':
      case 'SessionExpired':
      case 'Forbidden':
      case 'PasswordRejected':
      case 'ResetCodeInvalid':
      case 'ResetCodeExpired':
      case 'VerificationCodeInvalid':
      case 'Unsupported':
      case 'RateLimited':
      case 'Unavailable':
      case 'Network':
      case 'Timeout':
      case 'Cancelled':
      case 'OutcomeUnknown':
      case 'Protocol':
      case 'Configuration':
      case 'Vendor':
        return error._tag
      default:
        return error satisfies never
    }
  }

  it('can be handled exhaustively', () => {
    expect(errorTags.map((tag) => exhaustive(userError(tag, at, {} as never)))).toEqual(errorTags)
  })

  it('does not compile with a tag left out', () => {
    const incomplete = (error: UserErrorOf<'Network' | 'Timeout'>): string => {
      switch (error._tag) {
        case 'Network':
          return 'network'
        default:
          // @ts-expect-error: Timeout is not handled
          return error satisfies never
      }
    }
    expect(incomplete(userError('Network', at, {}))).toBe('network')
  })

  it('demands the fields of its tag', () => {
    // @ts-expect-error: the rule is missing
    expect(userError('InvalidInput', at, { field: 'email' }).field).toBe('email')
  })
})
