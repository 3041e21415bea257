import { BaseUrl, defineVendor, endpointsOf, type HttpRequest, type Session, type SignedIn, userError, userId } from '@userport/core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { capabilities, rules } from './what-it-can.js'

const Config = t.type({ site: BaseUrl })
type Config = t.TypeOf<typeof Config>

const Answer = t.intersection([t.type({ id: t.string, name: t.string, token: t.string }), t.partial({ displayName: t.string })])

const signedIn = ({ id, name, token, displayName = name }: t.TypeOf<typeof Answer>): SignedIn => ({
  user: {
    id: userId(id),
    vendor: 'acme',
    kind: 'registered',
    username: name,
    displayName,
    identities: [],
    attributes: {},
    status: 'enabled',
    vendorData: {},
  },
  session: { vendor: 'acme', userId: userId(id), kind: 'registered', secrets: { token } },
})

interface Credentials {
  readonly name: string
  readonly password: string
}

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
    request: (input: Credentials, { site }) => post(`${site}/join`, input),
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
  rename: endpoint({
    effect: 'write',
    request: ({ session, ...body }: { readonly displayName: string; readonly session: Session }, { site }) =>
      post(`${site}/rename`, body, session),
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
    signUp: ({ identifiers: { username = '' }, password }) => calls.join({ name: username, password }),
    signIn: ({ identifier: { username = '' }, password }) => calls.login({ name: username, password }),
    fetchUser: calls.me,
    updateProfile: ({ displayName = '' }, session) => calls.rename({ displayName, session }),
    usernameExists: calls.taken,
    renewSession: () => TE.left(userError('SessionExpired', at, {})),
    signOut: () => TE.right({ server: 'local' }),
  }),
})
