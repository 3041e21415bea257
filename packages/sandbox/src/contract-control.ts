import { partOf, type VendorPart } from './contract-parts.js'
import type { Fault } from './faults.js'
import type { Outbox, OutboxMessage } from './outbox.js'
import type { World } from './world.js'

/** What can go wrong. With `truncated` and `replyLost` the server does the work, with all others it does not. */
export type ContractFault = 'offline' | 'hang' | 'unavailable' | 'rateLimited' | 'html' | 'shape' | 'truncated' | 'replyLost'

/** An app as a contract suite reaches it from the other side: as its owner, its users' mailboxes, and the network. */
export interface SandboxContractControl extends VendorPart {
  readonly inbox: Pick<Outbox, 'next' | 'messages'>
  /** Opens the link in the message and, where a form is shown, submits the new password. */
  readonly openResetPage: (message: OutboxMessage, newPassword?: string) => Promise<void>
  /** Opens the link of a verification message, or gives its code back. */
  readonly confirmContact: (message: OutboxMessage) => Promise<void>
  readonly faults: { readonly set: (kind: ContractFault, times?: number) => void; readonly clear: () => void }
  readonly requestCount: () => number
  readonly userCount: () => number
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
    inbox: { next: (wanted) => world.outbox.next(wanted), messages: () => world.outbox.messages() },
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
