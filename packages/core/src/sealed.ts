import * as E from '#fp-ts/Either'
import { settle } from './settle.js'

// PBKDF2 and AES-GCM of the Web Crypto API, which browsers and Node share. The iterations are OWASP's advice for SHA-256.
const iterations = 600_000
const saltBytes = 16
const nonceBytes = 12
const prefix = 'userport.sealed.1.'

const toText = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
const toBytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

const keyFrom = async (passphrase: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> => {
  const { subtle } = globalThis.crypto
  const material = await subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, ['deriveKey'])
  return subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
}

/** Encrypts a text with a passphrase. What comes out is printable and says nothing of what is in it. */
export const seal = async (text: string, passphrase: string): Promise<string> => {
  const salt = globalThis.crypto.getRandomValues(new Uint8Array(saltBytes))
  const nonce = globalThis.crypto.getRandomValues(new Uint8Array(nonceBytes))
  const key = await keyFrom(passphrase, salt)
  const sealed = await globalThis.crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(text))
  return prefix + toText(new Uint8Array([...salt, ...nonce, ...new Uint8Array(sealed)]))
}

/** Decrypts what `seal` made; `undefined` where the passphrase is wrong or the text was changed. */
export const unseal = async (sealed: string, passphrase: string): Promise<string | undefined> => {
  const opened = await settle(async () => {
    if (!sealed.startsWith(prefix)) return undefined
    const bytes = toBytes(sealed.slice(prefix.length))
    const key = await keyFrom(passphrase, bytes.slice(0, saltBytes))
    const nonce = bytes.slice(saltBytes, saltBytes + nonceBytes)
    const text = await globalThis.crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, bytes.slice(saltBytes + nonceBytes))
    return new TextDecoder().decode(text)
  })
  return E.isRight(opened) ? opened.right : undefined
}
