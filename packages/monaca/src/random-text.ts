/** Random hexadecimal digits: fit for an id and, in sufficient number, for a password. */
export const randomText = (length: number): string => {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(Math.ceil(length / 2)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, length)
}
