import type { VendorRequest, VendorResponse } from '../world.js'
import type { Caller, KiiWorld } from './call.js'
import { anonymous, anonymousCaller, callerOf } from './caller.js'
import { invalidInput, KiiError, toErrorReply } from './errors.js'
import { type Access, type Route, routes } from './routes.js'

/** Answers one request to a Kii app. */
export async function handleKii(request: VendorRequest, world: KiiWorld): Promise<VendorResponse> {
  try {
    const { route, params } = routeOf(request)
    return await route.handle({ world, request, params, caller: resolveCaller[route.access](request, world) })
  } catch (error) {
    if (!(error instanceof KiiError)) throw error
    const bare = error.code === 'UNAUTHORIZED' && world.settings.bareUnauthorizedBody
    return bare ? { status: 401, body: {} } : toErrorReply(error)
  }
}

const resolveCaller: Readonly<Record<Access, (request: VendorRequest, world: KiiWorld) => Caller>> = {
  token: callerOf,
  app: anonymousCaller,
  browser: () => anonymous,
}

function routeOf(request: VendorRequest): { readonly route: Route; readonly params: Readonly<Record<string, string>> } {
  const method = methodOf(request)
  const segments = belowApp(request.path).split('/')
  const route = routes.find((one) => one.method === method && matches(one.segments, segments))
  if (route === undefined) throw new KiiError('NOT_FOUND', `There is no ${method} ${request.path}`)
  const params = route.segments.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), decoded(segments[at] ?? '')]] : []))
  return { route, params: Object.fromEntries(params) }
}

/** SDK 2.x cannot send PATCH and says so in a header. */
function methodOf({ method, header }: VendorRequest): string {
  return method === 'POST' ? (header('x-http-method-override')?.toUpperCase() ?? method) : method
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, at) => part.startsWith(':') || part === segments[at])
}

/** The token endpoint exists with and without the app in its path; groups are asked for with a slash at the end. */
function belowApp(path: string): string {
  return path.replace(/^\/api\/(apps\/[^/]+\/)?/, '').replace(/\/$/, '')
}

/** Percent-decoding alone: the plus of a phone number stays. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalidInput('the path is not well encoded')
  }
}
