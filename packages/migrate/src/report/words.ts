import { type Html, html } from './html.js'

const numbers = new Intl.NumberFormat('en')
const roughly = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

export const count = (value: number): string => numbers.format(value)

export const rate = (value: number): string => roughly.format(value)

export const users = (value: number): string => (value === 1 ? '1 user' : `${count(value)} users`)

/** A share of a whole, never rounded to a `0 %` or `100 %` that it is not. */
export const share = (part: number, whole: number): string => {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  if (part > 0 && percent < 0.1) return '< 0.1 %'
  if (part < whole && percent > 99.9) return '> 99.9 %'
  return `${percent >= 10 ? Math.floor(percent * 10) / 10 : Math.round(percent * 10) / 10} %`
}

export const moment = (at: number): Html => {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}

const parts = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
  { unit: 's', seconds: 1 },
] as const

/** Milliseconds in the two largest units that say something: `2 h 5 min`. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`
  let left = Math.round(milliseconds / 1_000)
  const told: string[] = []
  for (const { unit, seconds } of parts) {
    const whole = Math.floor(left / seconds)
    left -= whole * seconds
    if (whole > 0) told.push(`${count(whole)} ${unit}`)
  }
  return told.slice(0, 2).join(' ')
}
