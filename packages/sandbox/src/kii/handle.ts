import type { VendorRequest, VendorResponse } from '../world.js'
import type { KiiWorld } from './call.js'
import { anonymous, anonymousCaller, type Caller, callerOf } from './caller.js'
import { invalidInput, KiiError, toErrorReply } from './errors.js'
import { type Access, type Route, routes } from './routes.js'

/** Answers one request to a Kii app. */
export async function handleKii(request: VendorRequest, world: KiiWorld): Promise<VendorResponse> {
  try {
    const { route, userRef } = routeOf(request)
    return await route.handle({ world, request, userRef, caller: resolveCaller[route.access](request, world) })
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

function routeOf({ method, path }: VendorRequest): { readonly route: Route; readonly userRef: string } {
  const segments = belowApp(path).split('/')
  const route = routes.find((one) => one.method === method && matches(one.path.split('/'), segments))
  if (route === undefined) throw new KiiError('NOT_FOUND', `There is no ${method} ${path}`)
  return { route, userRef: decoded(segments[1] ?? '') }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, at) => part === ':user' || part === segments[at])
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
