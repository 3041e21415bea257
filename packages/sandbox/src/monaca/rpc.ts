import { isObject } from '../json.js'
import type { VendorRequest, VendorResponse } from '../world.js'
import { invalidParams, invalidRequest, parseError, RpcError } from './errors.js'
import type { Params } from './params.js'

export interface RpcCall {
  readonly method: string
  readonly params: Params
}

/** A result, and the headers that go with it. */
export type RpcRun = (call: RpcCall, headers: Record<string, string>) => Promise<unknown>

/**
 * Reads a JSON-RPC request, whatever its content type says, and answers with HTTP 200 either way.
 * Headers that the run set are sent with an error too. Without `errorData` an error names no parameters.
 */
export const answerRpc = async (request: VendorRequest, errorData: boolean, run: RpcRun): Promise<VendorResponse> => {
  if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' } }
  const headers: Record<string, string> = {}
  let id: unknown = null
  try {
    const envelope = parsed(request.body)
    if (isObject(envelope)) id = envelope.id ?? null
    const result = await run(callOf(envelope), headers)
    return { status: 200, headers, body: { jsonrpc: '2.0', id, result } }
  } catch (thrown) {
    if (!(thrown instanceof RpcError)) throw thrown
    return { status: 200, headers, body: failure(id, errorData ? thrown : new RpcError(thrown.code, thrown.message)) }
  }
}

/** The body of an answer with an `error` member. */
export const failure = (id: unknown, { code, message, data }: RpcError): object => ({
  jsonrpc: '2.0',
  id,
  error: data === undefined ? { code, message } : { code, message, data },
})

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw parseError()
  }
}

const callOf = (envelope: unknown): RpcCall => {
  if (!isObject(envelope) || envelope.jsonrpc !== '2.0' || typeof envelope.method !== 'string') throw invalidRequest()
  const params = envelope.params ?? {}
  if (!isObject(params)) throw invalidParams({ params: 'Must be an object.' })
  return { method: envelope.method, params }
}
