import { defined } from './fields.js'
import type { Session } from './user.js'

/**
 * Of two calls that were given the same session at once, each answer may have renewed a part of it. What only `one` renewed is taken over
 * into `other`, whose word counts where both did: a token that replaced another must not be lost.
 */
export const withRenewals = (given: Session, one: Session, other: Session): Session => {
  if (given === other) return one
  if (given === one || one.userId !== other.userId) return other
  const names = Object.keys({ ...given.secrets, ...one.secrets })
  const news = names.filter((name) => one.secrets[name] !== given.secrets[name] && other.secrets[name] === given.secrets[name])
  if (news.length === 0) return other
  const secrets = [...Object.keys(other.secrets).filter((name) => !news.includes(name)), ...news].flatMap((name) => {
    const value = (news.includes(name) ? one : other).secrets[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const { expiresAt } = other.expiresAt === given.expiresAt ? one : other
  return { ...other, ...defined({ expiresAt }), secrets: Object.fromEntries(secrets) }
}
