/** What the tests use of `kii-cloud-sdk` 2.4.19, which comes without types. */

type Fields = Readonly<Record<string, unknown>>

/** What the tests use of the SDK's user. */
export interface SdkUser {
  register(): Promise<SdkUser>
  putIdentity(identity: Fields, password: string, callbacks: null, fields?: Fields, removeFields?: readonly string[]): Promise<SdkUser>
  update(identity: Fields | null, callbacks: null, fields?: Fields | null, removeFields?: readonly string[]): Promise<SdkUser>
  save(): Promise<SdkUser>
  refresh(): Promise<SdkUser>
  delete(): Promise<SdkUser>
  updatePassword(from: string, to: string): Promise<SdkUser>
  changeEmail(email: string): Promise<SdkUser>
  changePhone(phone: string): Promise<SdkUser>
  verifyPhoneNumber(code: string): Promise<SdkUser>
  resendEmailVerification(): Promise<SdkUser>
  resendPhoneNumberVerification(): Promise<SdkUser>
  memberOfGroups(): Promise<ArrayLike<unknown> & { readonly 1: readonly SdkGroup[] }>
  ownerOfGroups(): Promise<ArrayLike<unknown> & { readonly 1: readonly SdkGroup[] }>
  listTopics(callbacks: null, paginationKey?: string): Promise<{ readonly 0: readonly SdkTopic[]; readonly 1: string | null }>
  topicWithName(name: string): SdkTopic
  bucketWithName(name: string): SdkBucket
  encryptedBucketWithName(name: string): SdkBucket
  objectURI(): string | null
  getID(): string
  getUUID(): string
  getUsername(): string | undefined
  getDisplayName(): string | undefined
  setDisplayName(name: string): void
  setCountry(country: string): void
  getCountry(): string | undefined
  getLocale(): string | undefined
  setLocale(locale: string): void
  getCreated(): number | undefined
  getScope(): string | undefined
  getLinkedSocialAccounts(): Readonly<Record<string, unknown>>
  getEmailAddress(): string | undefined
  getPhoneNumber(): string | undefined
  getPendingEmailAddress(): string | null | undefined
  getPendingPhoneNumber(): string | null | undefined
  getEmailVerified(): boolean | undefined
  getPhoneVerified(): boolean | undefined
  getAccessToken(): string
  getAccessTokenObject(): { readonly access_token: string; readonly expires_at: Date }
  isPseudoUser(): boolean
  disabled(): boolean | undefined
  set(key: string, value: unknown): void
  get(key: string): unknown
}

export interface AdminContext {
  userWithID(id: string): SdkUser
  findUserByUsername(name: string): Promise<readonly [AdminContext, SdkUser]>
  getAccessToken(): string
}

export interface SdkGroup {
  save(): Promise<SdkGroup>
  refresh(): Promise<SdkGroup>
  addUser(user: SdkUser): void
  removeUser(user: SdkUser): void
  getMemberList(): Promise<{ readonly 1: readonly SdkUser[] }>
  getCachedOwner(): SdkUser
  getID(): string
  getName(): string
}

export interface SdkTopic {
  save(): Promise<SdkTopic>
  exists(): Promise<boolean>
  deleteTopic(): Promise<SdkTopic>
  getName(): string
}

export interface SdkBucket {
  createObject(): SdkObject
  createObjectWithType(type: string): SdkObject
  createObjectWithID(id: string): SdkObject
  /** Resolves with the query, the page and the query for the next page. */
  executeQuery(query: SdkQuery | null): Promise<{ readonly 1: readonly SdkObject[]; readonly 2: SdkQuery | null }>
  countWithQuery(query: SdkQuery): Promise<{ readonly 2: number }>
  count(): Promise<{ readonly 2: number }>
  delete(): Promise<SdkBucket>
}

export interface SdkObject {
  /** @param overwrite With `false` only if nobody else has changed it. */
  save(callbacks?: null, overwrite?: boolean): Promise<SdkObject>
  saveAllFields(callbacks?: null, overwrite?: boolean): Promise<SdkObject>
  refresh(): Promise<SdkObject>
  delete(): Promise<SdkObject>
  set(key: string, value: unknown): void
  remove(key: string): void
  setGeoPoint(key: string, point: unknown): void
  get(key: string): unknown
  getID(): string
  getCreated(): number
  getModified(): number
  getObjectType(): string | null
  objectURI(): string
}

export interface SdkQuery {
  setLimit(limit: number): void
  sortByAsc(field: string): void
  sortByDesc(field: string): void
}

export type SdkClause = Readonly<Record<never, never>>

type SdkError = new () => { readonly message: string }

export interface Sdk {
  readonly Kii: {
    initializeWithSite(appId: string, appKey: string, site: string): void
    authenticateAsAppAdmin(clientId: string, clientSecret: string): Promise<AdminContext>
    setAccessTokenExpiration(seconds: number): void
  }
  readonly KiiUser: {
    userWithUsername(username: string, password: string): SdkUser
    userWithEmailAddress(email: string, password: string): SdkUser
    userWithPhoneNumber(phone: string, password: string): SdkUser
    userWithCredentials(email: string, phone: string, username: string, password: string): SdkUser
    userWithEmailAddressAndPhoneNumber(email: string, phone: string, password: string): SdkUser
    userWithEmailAddressAndUsername(email: string, username: string, password: string): SdkUser
    userWithPhoneNumberAndUsername(phone: string, username: string, password: string): SdkUser
    userWithID(id: string): SdkUser
    userWithURI(uri: string): SdkUser
    registerAsPseudoUser(callbacks: null, fields?: Fields): Promise<SdkUser>
    authenticate(identifier: string, password: string): Promise<SdkUser>
    authenticateWithToken(token: string, callbacks?: null, expiresAt?: Date): Promise<SdkUser>
    authenticateWithRecoveryCode(code: string): Promise<SdkUser>
    authenticateWithTotp(code: string): Promise<SdkUser>
    resetPassword(email: string): Promise<unknown>
    resetPasswordWithNotificationMethod(identifier: string, method: 'EMAIL' | 'SMS' | 'SMS_PIN'): Promise<unknown>
    completeResetPassword(identifier: string, pin: string, newPassword: string | null): Promise<unknown>
    findUserByUsername(name: string): Promise<SdkUser>
    findUserByEmail(email: string): Promise<SdkUser>
    findUserByPhone(phone: string): Promise<SdkUser>
    getCurrentUser(): SdkUser | null
    loggedIn(): boolean
    logOut(): void
  }
  readonly KiiGroup: { groupWithName(name: string): SdkGroup; groupWithNameAndMembers(name: string, members: readonly SdkUser[]): SdkGroup }
  readonly KiiQuery: { queryWithClause(clause?: SdkClause): SdkQuery }
  readonly KiiClause: {
    and(...clauses: readonly SdkClause[]): SdkClause
    or(...clauses: readonly SdkClause[]): SdkClause
    not(clause: SdkClause): SdkClause
    equals(key: string, value: unknown): SdkClause
    notEquals(key: string, value: unknown): SdkClause
    greaterThan(key: string, value: unknown): SdkClause
    greaterThanOrEqual(key: string, value: unknown): SdkClause
    lessThan(key: string, value: unknown): SdkClause
    lessThanOrEqual(key: string, value: unknown): SdkClause
    inClause(key: string, values: readonly unknown[]): SdkClause
    startsWith(key: string, prefix: string): SdkClause
    hasField(key: string, fieldType: string): SdkClause
    geoBox(key: string, northEast: unknown, southWest: unknown): SdkClause
    geoDistance(key: string, center: unknown, radius: number, putDistanceInto?: string): SdkClause
  }
  readonly KiiGeoPoint: { geoPoint(latitude: number, longitude: number): unknown }
  readonly InvalidUsernameException: SdkError
  readonly InvalidPasswordException: SdkError
  readonly InvalidEmailException: SdkError
  readonly InvalidPhoneNumberException: SdkError
  readonly InvalidDisplayNameException: SdkError
  readonly InvalidCountryException: SdkError
  readonly InvalidURIException: SdkError
  readonly InvalidArgumentException: SdkError
}
