import type { Fault } from './faults.js'
import { verifyAddress } from './kii/addresses.js'
import type { KiiWorld } from './kii/call.js'
import { addressOf, phone } from './kii/channels.js'
import { revokeTokens } from './kii/tokens.js'
import type { KinveyWorld } from './kinvey/data.js'
import type { MonacaWorld } from './monaca/data.js'
import { removeWhere } from './monaca/data.js'
import type { OutboxMessage, WantedMessage } from './outbox.js'
import type { World } from './world.js'

/** What can go wrong. With `truncated` and `replyLost` the server does the work, with all others it does not. */
export type ContractFault = 'offline' | 'hang' | 'unavailable' | 'rateLimited' | 'html' | 'shape' | 'truncated' | 'replyLost'

/** An app as a contract suite reaches it from the other side: as its owner, its users' mailboxes, and the network. */
export interface SandboxContractControl {
  readonly inbox: { readonly next: (wanted?: WantedMessage) => Promise<OutboxMessage> }
  /** Opens the link in the message and, where a form is shown, submits the new password. */
  readonly openResetPage: (message: OutboxMessage, newPassword?: string) => Promise<void>
  /** Opens the link of a verification message, or gives its code back. */
  readonly confirmContact: (message: OutboxMessage) => Promise<void>
  readonly requireVerification?: (required: boolean) => void
  /** Ends the sessions of one user, or of all, with every means to renew them. */
  readonly expireSessions: (userId?: string) => void
  /** Lets the sessions of one user run out; they can be renewed. Absent where the app's settings of now do not let them. */
  readonly outdateSessions?: (userId: string) => void
  readonly disable?: (userId: string) => void
  readonly faults: { readonly set: (kind: ContractFault, times?: number) => void; readonly clear: () => void }
  readonly requestCount: () => number
  readonly userCount: () => number
}

type VendorPart = Pick<SandboxContractControl, 'expireSessions' | 'outdateSessions' | 'disable' | 'requireVerification'> & {
  readonly giveCode?: (message: OutboxMessage) => void
}

const faults: Readonly<Record<ContractFault, Fault['kind']>> = {
  offline: { type: 'reset', after: 'request' },
  hang: { type: 'hang' },
  unavailable: { type: 'status', status: 503 },
  rateLimited: { type: 'status', status: 429, retryAfter: '7' },
  html: { type: 'html' },
  shape: { type: 'shape' },
  truncated: { type: 'truncate' },
  replyLost: { type: 'reset', after: 'write' },
}

/** The other side of one app, for the contract suite. */
export function contractControl(world: World): SandboxContractControl {
  const { giveCode, ...part } = partOf(world)
  return {
    ...part,
    inbox: { next: (wanted) => world.outbox.next(wanted) },
    openResetPage: async ({ link }, newPassword) => {
      if (link === undefined) throw new Error('the message has no link')
      await submitted(link, newPassword)
    },
    confirmContact: async (message) => {
      if (message.link !== undefined) await opened(message.link)
      else if (giveCode !== undefined) giveCode(message)
      else throw new Error('the message has neither link nor code')
    },
    faults: {
      set: (kind, times) => {
        world.faults.clear()
        world.faults.add({ kind: faults[kind], ...(times === undefined ? {} : { times }) })
      },
      clear: () => world.faults.clear(),
    },
    requestCount: () => world.requests.all().length,
    userCount: () => world.users().length,
  }
}

function partOf(world: World): VendorPart {
  switch (world.vendor) {
    case 'kii':
      return kiiPart(world as KiiWorld)
    case 'kinvey':
      return kinveyPart(world as KinveyWorld)
    case 'monaca':
      return monacaPart(world as MonacaWorld)
  }
}

function kiiPart(world: KiiWorld): VendorPart {
  const { data } = world
  const userOf = (id: string): (typeof data.users)[string] => known(data.users[id], id)
  return {
    requireVerification: (required) => world.set({ emailVerificationRequired: required, phoneVerificationRequired: required }),
    expireSessions: (id) => {
      for (const user of id === undefined ? Object.values(data.users) : [userOf(id)]) revokeTokens(world, user)
    },
    ...(world.settings.refreshTokenEnabled
      ? {
          outdateSessions: (id: string) => {
            for (const [token, stored] of Object.entries(data.tokens))
              if (stored.id === id) data.tokens[token] = { ...stored, expiresAt: 0 }
          },
        }
      : {}),
    disable: (id) => {
      userOf(id).disabled = true
      revokeTokens(world, userOf(id))
    },
    giveCode: ({ to, code = '' }) => {
      const user = Object.values(data.users).find((one) => {
        const { value, pending, verification } = addressOf(one, phone)
        return (pending ?? value) === to && verification?.code === code
      })
      verifyAddress(world, known(user, to), phone, code)
    },
  }
}

function kinveyPart(world: KinveyWorld): VendorPart {
  const { data } = world
  return {
    requireVerification: (required) => world.set({ emailVerification: { ...world.settings.emailVerification, required, auto: required } }),
    expireSessions: (id) => {
      for (const [token, { userId }] of Object.entries(data.sessions)) if (id === undefined || userId === id) delete data.sessions[token]
    },
    disable: (id) => {
      const user = known(data.users[id], id)
      user.kmd = { ...user.kmd, status: { val: 'disabled', lastChange: new Date(world.clock.now()).toISOString() } }
      for (const [token, { userId }] of Object.entries(data.sessions)) if (userId === id) delete data.sessions[token]
    },
  }
}

function monacaPart({ data, settings }: MonacaWorld): VendorPart {
  return {
    expireSessions: (id) => {
      removeWhere(data.sessions, ({ userId }) => id === undefined || userId === id)
      removeWhere(data.loginTokens, ({ userId }) => id === undefined || userId === id)
    },
    ...(settings.autoLogin ? { outdateSessions: (id: string) => removeWhere(data.sessions, ({ userId }) => userId === id) } : {}),
  }
}

function known<A>(found: A | undefined, what: string): A {
  if (found === undefined) throw new Error(`there is no user ${what}`)
  return found
}

async function opened(link: string, form?: URLSearchParams): Promise<string> {
  const answer = await fetch(link, form === undefined ? {} : { method: 'POST', body: form })
  const page = await answer.text()
  if (!answer.ok) throw new Error(`the page answers ${answer.status}: ${page}`)
  return page
}

const attributeOf = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]

/** Fills in the form of a hosted page as a browser would. A page without a form has done its work by being opened. */
async function submitted(link: string, newPassword: string | undefined): Promise<void> {
  const page = await opened(link)
  const form = /<form[^>]*>/.exec(page)?.[0]
  if (form === undefined) return
  if (newPassword === undefined) throw new Error('the page asks for a new password')
  const fields = new URLSearchParams()
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    fields.append(
      attributeOf(input, 'name') ?? '',
      attributeOf(input, 'type') === 'password' ? newPassword : (attributeOf(input, 'value') ?? ''),
    )
  }
  await opened(new URL(attributeOf(form, 'action') ?? link, link).href, fields)
}
