import { type BrokenInput, brokenRule, pathSegment, type ResetLink } from '@userport/core'
import * as E from '#fp-ts/Either'
import * as t from '#io-ts'
import type { KinveyConfig } from './config.js'

type Parts = Omit<ResetLink, 'type' | 'vendor'>

const path = /\/rpc\/([^/]+)\/([^/]+)\/user-password-reset-[a-z]+\/?$/
const needed = ['time', 'nonce', 'sig']
const lifetime = 1_200_000

const decoded = (segment: string): string => (/%(?![0-9a-f]{2})/i.test(segment) ? segment : decodeURIComponent(segment))

/** The app and the user of a link: in the path of Kinvey's own page, beside the proof in a link to a page of the app's own. */
const addressed = (pathname: string, query: URLSearchParams): readonly (string | null)[] => {
  const [, ...segments] = path.exec(pathname) ?? []
  return segments.length > 0 ? segments.map(decoded) : [query.get('kid'), query.get('user')]
}

/** Takes apart the link of a reset mail: `…/rpc/:appKey/:user/user-password-reset-process?time&nonce&sig`, or `…?kid&user&time&nonce&sig`. */
export const parseResetLink = (url: string, { appKey }: KinveyConfig): E.Either<BrokenInput, Parts> => {
  const broken = (rule: string): E.Either<BrokenInput, Parts> => E.left({ field: 'url', rule })
  if (!URL.canParse(url)) return broken('must be a URL')
  const { pathname, searchParams } = new URL(url)
  const [key, user] = addressed(pathname, searchParams)
  if (!key || !user) return broken('must be the link of a reset mail')
  if (key !== appKey) return broken('must belong to this app')
  const missing = needed.find((name) => !searchParams.get(name))
  if (missing !== undefined) return broken(`must have a ${missing}`)
  const { kid: _, user: __, ...parameters } = Object.fromEntries(searchParams)
  return E.right({ identifier: user, parameters })
}

const Link = t.type({ identifier: t.string, parameters: t.record(t.string, t.string) })

/** The page may have sent the link to a server as JSON, which may be anything. */
export const isLink = (link: unknown): boolean => Link.is(link) && brokenRule(pathSegment, link.identifier) === undefined

/** The parts of a link as the form of the reset page calls them. */
export const formFields = ({ parameters }: ResetLink, { resetLinkFields = {} }: KinveyConfig): Readonly<Record<string, string>> => {
  const names = new Map(Object.entries(resetLinkFields))
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [names.get(name) ?? name, value]))
}

/** Kinvey has one error for every link it refuses; the link itself tells when it was sent. */
export const isOutdated = ({ time = '' }: ResetLink['parameters']): boolean => {
  const sent = /^\d+$/.test(time) ? Number(time) * (time.length > 11 ? 1 : 1000) : Date.parse(time)
  return Date.now() - sent >= lifetime
}
