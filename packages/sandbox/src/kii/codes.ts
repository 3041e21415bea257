import type { KiiWorld } from './call.js'

/** Counts a wrong try; one too many voids what was tried. */
export function countWrongTry({ settings }: KiiWorld, tried: { wrongTries?: number }, forget: () => void): void {
  tried.wrongTries = (tried.wrongTries ?? 0) + 1
  if (tried.wrongTries >= settings.maxWrongCodes) forget()
}

/** Whether that is the code that was sent; a wrong one counts. */
export function fits(world: KiiWorld, issued: { readonly code: string; wrongTries?: number }, given: string, forget: () => void): boolean {
  if (issued.code === given) return true
  countWrongTry(world, issued, forget)
  return false
}
