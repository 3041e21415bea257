/** Random choices that come out the same for the same seed (mulberry32). */
export const randomFrom = (seed) => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least, most) => least + Math.floor(next() * (most - least + 1))
  const chance = (probability) => next() < probability
  const pick = (values) => values[between(0, values.length - 1)]
  const letters = (length) => Array.from({ length }, () => pick('abcdefghijklmnopqrstuvwxyz')).join('')
  return { between, chance, pick, letters, maybe: (probability, value) => (chance(probability) ? value() : undefined) }
}
