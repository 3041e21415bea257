import type { VendorRequest } from '../world.js'
import type { KiiWorld } from './call.js'

/** The hosted pages, below the app's own path. */
export const verificationPagePath = 'pages/verify-email'
export const resetPagePath = 'pages/reset-password'

export function pageLink({ origin }: VendorRequest, { appId }: KiiWorld, path: string, query: Readonly<Record<string, string>>): string {
  return `${origin}/api/apps/${encodeURIComponent(appId)}/${path}?${new URLSearchParams(query)}`
}
