const catalogue = {
  APIVersionNotAvailable: [400, 'This API version is not available for your app.'],
  APIVersionNotImplemented: [501, 'This API version is not implemented.'],
  BadRequest: [400, 'Unable to understand request.'],
  EmailVerificationRequired: [400, 'The email address of this user must be verified.'],
  EndpointDoesNotExist: [404, 'The requested endpoint does not exist.'],
  // Of the entities that a path can name, only authenticators are not users.
  EntityNotFound: [404, 'Could not find the specified authenticator.'],
  FeatureUnavailable: [400, 'Requested functionality is unavailable in this API version.'],
  InputValidationFailed: [400, 'Your request body contained invalid or incorrectly formatted data.'],
  InsufficientCredentials: [
    401,
    'The credentials used to authenticate this request are not authorized to run this operation. Please retry your request with appropriate credentials.',
  ],
  InvalidCredentials: [401, 'Invalid credentials. Please retry your request with correct credentials.'],
  InvalidIdentifier: [400, 'One of more identifier names in the request has an invalid format.'],
  InvalidOrMissingNonce: [400, 'The link is not valid or has expired.'],
  InvalidQuerySyntax: [400, 'The query string in the request has an invalid syntax.'],
  JSONParseError: [400, 'Unable to parse the JSON in the request.'],
  KinveyInternalErrorRetry: [500, 'The Kinvey server encountered an unexpected error. Please retry your request.'],
  MissingRequestParameter: [400, 'A required parameter is missing from the request.'],
  ParameterValueOutOfRange: [400, 'The value specified for one of the request parameters is out of range.'],
  ResultSetSizeExceeded: [400, 'Your query produced more than 10,000 results. Please rewrite your query to be more selective.'],
  UserAlreadyExists: [409, 'This username is already taken. Please retry your request with a different username.'],
  UserLockedDown: [401, 'This user has been locked down.'],
  UserNotFound: [404, 'This user does not exist for this app backend.'],
} as const satisfies Readonly<Record<string, readonly [status: number, description: string]>>

export type KinveyErrorName = keyof typeof catalogue

/** A refusal in the vendor's words; `handle` turns it into the reply. */
export class KinveyRefusal extends Error {
  override readonly name: KinveyErrorName
  readonly status: number
  readonly debug: string

  constructor(name: KinveyErrorName, debug = '', status: number = catalogue[name][0]) {
    super(catalogue[name][1])
    this.name = name
    this.status = status
    this.debug = debug
  }

  get body(): { readonly error: string; readonly description: string; readonly debug: string } {
    return { error: this.name, description: this.message, debug: this.debug }
  }
}
