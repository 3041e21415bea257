import type { VendorResponse } from '../world.js'

/** Kii's error codes, with the status and the exception name in the reply's content type. */
const kinds = {
  ADDRESS_VERIFICATION_CODE_NOT_FOUND: [404, 'VerificationCodeNotFoundException'],
  APP_NOT_FOUND: [404, 'AppNotFoundException'],
  BUCKET_NOT_FOUND: [404, 'BucketNotFoundException'],
  EMAIL_ADDRESS_VERIFICATION_CODE_EXPIRED: [410, 'VerificationCodeExpiredException'],
  GROUP_NOT_FOUND: [404, 'GroupNotFoundException'],
  INVALID_ACCOUNT_STATUS: [400, 'InvalidAccountStatusException'],
  INVALID_BUCKET: [400, 'InvalidBucketException'],
  INVALID_DATA_TYPE: [400, 'InvalidDataTypeException'],
  INVALID_INPUT_DATA: [400, 'ValidationException'],
  INVALID_JSON: [400, 'InvalidJsonException'],
  INVALID_STATUS: [409, 'InvalidStatusException'],
  INVALID_VERIFICATION_CODE: [403, 'InvalidVerificationCodeException'],
  NOT_FOUND: [404, 'ResourceNotFoundException'],
  OBJECT_ALREADY_EXISTS: [409, 'ObjectAlreadyExistsException'],
  OBJECT_NOT_FOUND: [404, 'ObjectNotFoundException'],
  OBJECT_VERSION_IS_STALE: [409, 'ObjectVersionIsStaleException'],
  OPERATION_NOT_ALLOWED: [409, 'OperationNotAllowedException'],
  PASSWORD_TOO_SHORT: [400, 'PasswordTooShortException'],
  PHONE_NUMBER_VERIFICATION_CODE_EXPIRED: [410, 'VerificationCodeExpiredException'],
  PIN_CODE_EXPIRED: [410, 'PINCodeExpiredException'],
  QUERY_NOT_SUPPORTED: [400, 'QueryNotSupportedException'],
  TOPIC_ALREADY_EXISTS: [409, 'TopicAlreadyExistsException'],
  TOPIC_NOT_FOUND: [404, 'TopicNotFoundException'],
  UNAUTHORIZED: [401, 'UnauthorizedAccessException'],
  USER_ADDRESS_NOT_FOUND: [404, 'UserWithoutAddressException'],
  USER_ALREADY_EXISTS: [409, 'UserAlreadyExistsException'],
  USER_DISABLED: [401, 'UserDisabledException'],
  USER_NOT_FOUND: [404, 'UserNotFoundException'],
  VERIFICATION_CODE_NOT_FOUND: [404, 'VerificationCodeNotFoundException'],
  WRONG_PASSWORD: [401, 'WrongPasswordException'],
  WRONG_REFRESH_TOKEN: [403, 'WrongRefreshTokenException'],
  WRONG_TOKEN: [403, 'WrongTokenException'],
  invalid_grant: [400, 'OauthException'],
  invalid_request: [400, 'OauthException'],
  unsupported_grant_type: [400, 'OauthException'],
} as const satisfies Record<string, readonly [status: number, exception: string]>

export type KiiErrorCode = keyof typeof kinds

/** A refusal; thrown anywhere in the emulator and turned into a reply at its edge. */
export class KiiError extends Error {
  constructor(
    readonly code: KiiErrorCode,
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

export function invalidInput(reason: string): KiiError {
  return new KiiError('INVALID_INPUT_DATA', `There are validation errors: ${reason}`, { suppressed: [] })
}

export function toErrorReply({ code, message, fields }: KiiError): VendorResponse {
  const [status, exception] = kinds[code]
  return errorReply(status, `application/vnd.kii.${exception}+json`, { errorCode: code, message, ...fields })
}

/** The token endpoint has a shape of its own. */
export function toOauthErrorReply({ code, message }: KiiError): VendorResponse {
  return errorReply(kinds[code][0], 'application/json', { errorCode: code, error: code, error_description: message })
}

/** SDK 2.x sends the text of an error through `decodeURIComponent`: a raw percent sign would hide the code from it. */
function errorReply(status: number, contentType: string, body: Readonly<Record<string, unknown>>): VendorResponse {
  return { status, headers: { 'content-type': contentType }, body: JSON.stringify(body).replaceAll('%', '\\u0025') }
}
