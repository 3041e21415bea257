/** An answer with an `error` member. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** Parameter name → what is wrong with it. */
    readonly data?: Problems,
  ) {
    super(message)
  }
}

export type Problems = Readonly<Record<string, string>>

export const parseError = (): RpcError => new RpcError(-32700, 'Parse error')
export const invalidRequest = (): RpcError => new RpcError(-32600, 'Invalid Request')
export const methodNotFound = (): RpcError => new RpcError(-32601, 'Method not found')
export const invalidParams = (problems: Problems): RpcError => new RpcError(-32602, 'Invalid params', problems)
export const invalidKey = (): RpcError => new RpcError(4, 'API key or backend id is invalid.')
export const invalidSessionId = (): RpcError => new RpcError(10, 'Session id is invalid.')
export const loginRequired = (): RpcError => new RpcError(11, 'User login is required.')
export const deviceIdRequired = (): RpcError => new RpcError(12, 'Device id is required.')
export const invalidOperation = (): RpcError => new RpcError(13, 'Invalid operation.')
export const callLimitExceeded = (): RpcError => new RpcError(9999, 'The monthly limit of API calls is exceeded.')

/** Fails with -32602 if anything is wrong. */
export const refuse = (problems: Readonly<Record<string, string | undefined>>): void => {
  const found = Object.entries(problems).flatMap(([name, problem]) => (problem === undefined ? [] : [[name, problem] as const]))
  if (found.length > 0) throw invalidParams(Object.fromEntries(found))
}
