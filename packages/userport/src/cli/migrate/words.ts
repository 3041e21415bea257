const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

export const count = (value: number): string => numbers.format(value)

export const users = (value: number): string => (value === 1 ? '1 user' : `${count(value)} users`)

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

/** Seconds in the two largest units that say something. */
export const seconds = (value: number): string => {
  let left = Math.max(0, Math.round(value))
  const told = units.flatMap(([unit, size]) => {
    const whole = Math.floor(left / size)
    left -= whole * size
    return whole === 0 ? [] : [`${count(whole)} ${unit}`]
  })
  return told.slice(0, 2).join(' ') || '0 s'
}
