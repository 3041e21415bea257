import { type At, type Result, userError } from '@userport/core'
import * as TE from '#fp-ts/TaskEither'

const base64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** 256 random bits, as a verifier or a state. */
export const randomText = (): string => base64Url(globalThis.crypto.getRandomValues(new Uint8Array(32)))

/** The challenge of a verifier (RFC 7636, S256). Browsers have the means on pages of https alone. */
export const challengeOf = (verifier: string, at: At): Result<string> =>
  TE.tryCatch(
    async () => base64Url(new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))),
    () => userError('Unsupported', at, { capability: 'identities', instead: 'a page that is served over https' }),
  )
