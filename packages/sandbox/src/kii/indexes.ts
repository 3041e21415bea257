import type { Channel } from './channels.js'
import type { KiiData, KiiToken, KiiUser } from './data.js'

/** What is looked up other than by its key. Derived from the data and never stored, so that a snapshot stays plain. */
interface Indexes {
  readonly internalIds: Map<number, KiiUser>
  readonly loginNames: Map<string, KiiUser>
  readonly email: Map<string, Set<KiiUser>>
  readonly phone: Map<string, Set<KiiUser>>
  /** Access tokens by user id. */
  readonly userTokens: Map<string, Set<string>>
  /** Access tokens by refresh token. */
  readonly refreshTokens: Map<string, string>
}

const known = new WeakMap<KiiData, Indexes>()

/** Made at first use, and again for the data of a restored snapshot. */
function indexesOf(data: KiiData): Indexes {
  const existing = known.get(data)
  if (existing !== undefined) return existing
  const made: Indexes = {
    internalIds: new Map(),
    loginNames: new Map(),
    email: new Map(),
    phone: new Map(),
    userTokens: new Map(),
    refreshTokens: new Map(),
  }
  known.set(data, made)
  for (const user of Object.values(data.users)) indexUser(made, user)
  for (const [accessToken, token] of Object.entries(data.tokens)) indexToken(made, accessToken, token)
  return made
}

export function userByLoginName(data: KiiData, loginName: string): KiiUser | undefined {
  return indexesOf(data).loginNames.get(loginName)
}

/** Everybody who has that address, verified or not. */
export function usersByAddress(data: KiiData, { name }: Channel, value: string): readonly KiiUser[] {
  return [...(indexesOf(data)[name].get(value) ?? [])]
}

/** At most that many users registered after that one, in the order of registration. */
export function usersAfter(data: KiiData, internalUserID: number, count: number): readonly KiiUser[] {
  const { internalIds } = indexesOf(data)
  const found: KiiUser[] = []
  for (let id = internalUserID + 1; id <= data.lastInternalUserID && found.length < count; id += 1) {
    const user = internalIds.get(id)
    if (user !== undefined) found.push(user)
  }
  return found
}

export function addUser(data: KiiData, user: KiiUser): void {
  const indexes = indexesOf(data)
  data.users[user.userID] = user
  indexUser(indexes, user)
}

/** What belongs to the user alone dies with the document; tokens are revoked apart. */
export function removeUser(data: KiiData, user: KiiUser): void {
  const indexes = indexesOf(data)
  delete data.users[user.userID]
  indexes.internalIds.delete(user.internalUserID)
  if (user.loginName !== undefined) indexes.loginNames.delete(user.loginName)
  for (const name of ['email', 'phone'] as const) removeFrom(indexes[name], user[name].value, user)
}

/** The only way to change a login name. */
export function setLoginName(data: KiiData, user: KiiUser, loginName: string): void {
  const { loginNames } = indexesOf(data)
  if (user.loginName !== undefined) loginNames.delete(user.loginName)
  const writable: { loginName?: string } = user
  writable.loginName = loginName
  loginNames.set(loginName, user)
}

/** The only way to change the value of an address. */
export function setAddressValue(data: KiiData, user: KiiUser, { name }: Channel, value: string): void {
  const index = indexesOf(data)[name]
  removeFrom(index, user[name].value, user)
  const writable: { value?: string } = user[name]
  writable.value = value
  addTo(index, value, user)
}

export function addToken(data: KiiData, accessToken: string, token: KiiToken): void {
  const indexes = indexesOf(data)
  data.tokens[accessToken] = token
  indexToken(indexes, accessToken, token)
}

export function removeToken(data: KiiData, accessToken: string): void {
  const { userTokens, refreshTokens } = indexesOf(data)
  const token = data.tokens[accessToken]
  if (token === undefined) return
  delete data.tokens[accessToken]
  removeFrom(userTokens, token.id, accessToken)
  if (token.refreshToken !== undefined) refreshTokens.delete(token.refreshToken)
}

/** The access tokens of a user. */
export function tokensOfUser(data: KiiData, { userID }: KiiUser): readonly string[] {
  return [...(indexesOf(data).userTokens.get(userID) ?? [])]
}

/** The access token that was issued together with that refresh token. */
export function tokenByRefreshToken(data: KiiData, refreshToken: string): string | undefined {
  return indexesOf(data).refreshTokens.get(refreshToken)
}

function indexUser({ internalIds, loginNames, email, phone }: Indexes, user: KiiUser): void {
  internalIds.set(user.internalUserID, user)
  if (user.loginName !== undefined) loginNames.set(user.loginName, user)
  if (user.email.value !== undefined) addTo(email, user.email.value, user)
  if (user.phone.value !== undefined) addTo(phone, user.phone.value, user)
}

function indexToken({ userTokens, refreshTokens }: Indexes, accessToken: string, { kind, id, refreshToken }: KiiToken): void {
  if (kind === 'user') addTo(userTokens, id, accessToken)
  if (refreshToken !== undefined) refreshTokens.set(refreshToken, accessToken)
}

function addTo<Value>(index: Map<string, Set<Value>>, key: string, value: Value): void {
  const values = index.get(key)
  if (values === undefined) index.set(key, new Set([value]))
  else values.add(value)
}

function removeFrom<Value>(index: Map<string, Set<Value>>, key: string | undefined, value: Value): void {
  if (key === undefined) return
  const values = index.get(key)
  values?.delete(value)
  if (values?.size === 0) index.delete(key)
}
