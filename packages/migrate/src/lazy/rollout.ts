// FNV-1a: the same for the same text on every device, and spread evenly enough for a percentage.
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (const character of text) {
    value ^= character.codePointAt(0) ?? 0
    value = Math.imul(value, 0x01000193)
  }
  // The last rounds of murmur3: ids that differ in one digit must not stay neighbours.
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

/** Is this user among the percentage that moves? By the id at the source, so that it does not matter how somebody signs in. */
export const isChosen = (id: string, percentage: number): boolean => (hash(id) / 2 ** 32) * 100 < percentage
