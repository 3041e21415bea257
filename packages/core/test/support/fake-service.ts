import { randomUUID } from 'node:crypto'
import type { Json, OperationName, Session, SignedIn, User } from '../../src/index.js'
import { userId } from '../../src/index.js'

interface Account {
  readonly id: string
  username?: string
  password?: string
  attributes: Readonly<Record<string, Json>>
}

type Fault = 'offline' | 'answer lost' | 'hangs'

/** The server of the fake vendor: accounts and tokens in memory, and what may go wrong on the way to it. */
export class FakeService {
  readonly accounts = new Map<string, Account>()
  readonly calls: OperationName[] = []
  readonly #access = new Map<string, string>()
  readonly #refresh = new Map<string, string>()
  readonly #faults: { readonly operation: OperationName | 'any'; readonly fault: Fault }[] = []
  readonly #gates = new Map<OperationName, Promise<void>>()
  offline = false

  /** Makes the next call of an operation (of any, where none is named) go wrong. */
  failNext(fault: Fault, operation: OperationName | 'any' = 'any'): void {
    this.#faults.push({ operation, fault })
  }

  forgetFaults(): void {
    this.#faults.splice(0)
  }

  /** Holds back the answers of an operation until the returned function is called. */
  hold(operation: OperationName): () => void {
    let release: () => void = () => undefined
    this.#gates.set(
      operation,
      new Promise((resolve) => {
        release = () => {
          this.#gates.delete(operation)
          resolve()
        }
      }),
    )
    return release
  }

  count(operation: OperationName): number {
    return this.calls.filter((name) => name === operation).length
  }

  async arrive(operation: OperationName): Promise<Fault | undefined> {
    this.calls.push(operation)
    const at = this.#faults.findIndex((planned) => planned.operation === operation || planned.operation === 'any')
    const fault = at < 0 ? undefined : this.#faults.splice(at, 1)[0]?.fault
    if (fault === 'hangs') await new Promise(() => undefined)
    return this.offline ? 'offline' : fault
  }

  async leave(operation: OperationName): Promise<void> {
    await this.#gates.get(operation)
  }

  create(fields: Omit<Account, 'id'>): Account {
    const account = { id: randomUUID(), ...fields }
    this.accounts.set(account.id, account)
    return account
  }

  isAnonymous(id: string): boolean {
    return this.accounts.has(id) && this.accounts.get(id)?.username === undefined
  }

  byName(username: string): Account | undefined {
    return [...this.accounts.values()].find((account) => account.username === username)
  }

  owner({ secrets }: Session): Account | undefined {
    return this.accounts.get(this.#access.get(secrets.access ?? '') ?? '')
  }

  /** A new session; access and refresh token both count once renewed or revoked no more. */
  begin(account: Account): SignedIn {
    const access = `access-${randomUUID()}`
    const refresh = `refresh-${randomUUID()}`
    this.#access.set(access, account.id)
    this.#refresh.set(refresh, account.id)
    return this.answer(account, { vendor: 'fake', userId: userId(account.id), kind: 'registered', secrets: { access, refresh } })
  }

  renew({ secrets }: Session): SignedIn | undefined {
    const { refresh = '' } = secrets
    const account = this.accounts.get(this.#refresh.get(refresh) ?? '')
    this.#refresh.delete(refresh)
    return account === undefined ? undefined : this.begin(account)
  }

  answer(account: Account, session: Session): SignedIn {
    const { id, username, attributes } = account
    const kind = username === undefined ? 'anonymous' : 'registered'
    const user: User = {
      id: userId(id),
      vendor: 'fake',
      kind,
      ...(username === undefined ? {} : { username }),
      identities: [],
      attributes,
      status: 'enabled',
      vendorData: {},
    }
    return { user, session: session.kind === kind ? session : { ...session, kind } }
  }

  /** Access tokens die; refresh tokens live. */
  expireAll(): void {
    this.#access.clear()
  }

  /** Every token dies. */
  revokeAll(): void {
    this.#access.clear()
    this.#refresh.clear()
  }

  revoke({ secrets }: Session): void {
    this.#access.delete(secrets.access ?? '')
    this.#refresh.delete(secrets.refresh ?? '')
  }
}
