type OAuthError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'unsupported_response_type'

/** A refusal in the words of OAuth 2.0, which Mobile Identity Connect speaks. */
export class OAuthRefusal extends Error {
  readonly status: number
  readonly body: { readonly error: OAuthError; readonly error_description: string; readonly debug: string }

  constructor(error: OAuthError, description: string, status = 400) {
    super(description)
    this.status = status
    this.body = { error, error_description: description, debug: '' }
  }
}
