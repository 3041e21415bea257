import {
  BaseUrl,
  defined,
  defineVendor,
  endpointsOf,
  type HttpRequest,
  type JsonObject,
  type Profile,
  type Session,
  type SignedIn,
  userError,
  userId,
} from '@userport/core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { capabilities, rules } from './what-it-can.js'

const Config = t.type({ site: BaseUrl })
type Config = t.TypeOf<typeof Config>

const Shown = t.partial({ email: t.string, phone: t.string, displayName: t.string, locale: t.string, country: t.string })
const Answer = t.intersection([t.type({ id: t.string, name: t.string, token: t.string, data: t.UnknownRecord }), Shown])

const contact = (address: string | undefined) => (address === undefined ? undefined : { address, verified: 'unknown' as const })

const signedIn = ({ id, name, token, data, email, phone, displayName, locale, country }: t.TypeOf<typeof Answer>): SignedIn => ({
  user: {
    id: userId(id),
    vendor: 'acme',
    kind: 'registered',
    username: name,
    identities: [],
    attributes: data as JsonObject,
    status: 'enabled',
    vendorData: {},
    ...defined({ displayName, locale, country, email: contact(email), phone: contact(phone) }),
  },
  session: { vendor: 'acme', userId: userId(id), kind: 'registered', secrets: { token } },
})

interface Credentials {
  readonly name: string
  readonly password: string
  readonly email?: string | undefined
  readonly phone?: string | undefined
}

/** Acme keeps attributes under `data`, and merges those that it gets. */
const toAcme = ({ attributes: data, ...shown }: Profile) => ({ ...shown, data })

const endpoint = endpointsOf<Config>()

const post = (url: string, body: object, session?: Session): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json', ...(session === undefined ? {} : { authorization: `Bearer ${session.secrets.token}` }) },
  body: JSON.stringify(body),
})

// What can be called: how to ask, how to read the answer, what it means to us, and whether asking twice does harm.
const endpoints = {
  join: endpoint({
    effect: 'once',
    request: (input: Credentials & Profile, { site }) => post(`${site}/join`, toAcme(input)),
    response: Answer,
    result: signedIn,
  }),
  login: endpoint({
    effect: 'write',
    request: (input: Credentials, { site }) => post(`${site}/login`, input),
    response: Answer,
    result: signedIn,
  }),
  me: endpoint({
    effect: 'read',
    request: (session: Session, { site }) => post(`${site}/me`, {}, session),
    response: Answer,
    result: signedIn,
  }),
  change: endpoint({
    effect: 'write',
    request: ({ session, profile }: { readonly profile: Profile; readonly session: Session }, { site }) =>
      post(`${site}/change`, toAcme(profile), session),
    response: Answer,
    result: signedIn,
  }),
  taken: endpoint({
    effect: 'read',
    request: (name: string, { site }) => post(`${site}/taken`, { name }),
    response: t.type({ taken: t.boolean }),
    result: ({ taken }) => taken,
  }),
}

export const acme = defineVendor(capabilities)({
  name: 'acme',
  rules,
  config: Config,
  appId: ({ site }) => site,
  endpoints,
  // How it fails: the vendor's code on the left, our tag on the right.
  errors: {
    body: t.type({ error: t.string }),
    code: ({ error }) => error,
    tags: { NAME_IN_USE: 'IdentifierTaken', BAD_LOGIN: 'InvalidCredentials', DEAD_TOKEN: 'SessionExpired' },
  },
  // Our words on the left, the vendor's on the right.
  operations: (calls, { at }) => ({
    signUp: ({ identifiers: { username = '', email, phone }, password, profile }) =>
      calls.join({ name: username, email, phone, password, ...profile }),
    signIn: ({ identifier: { username = '' }, password }) => calls.login({ name: username, password }),
    fetchUser: calls.me,
    updateProfile: ({ set, remove: _, ...shown }, session) => calls.change({ profile: { ...shown, attributes: set }, session }),
    usernameExists: calls.taken,
    renewSession: () => TE.left(userError('SessionExpired', at, {})),
    signOut: () => TE.right({ server: 'local' }),
  }),
})
