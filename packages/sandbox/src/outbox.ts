import { randomUUID } from 'node:crypto'

/** An e-mail or SMS that the vendor would have sent. */
export interface OutboxMessage {
  readonly id: string
  readonly channel: 'email' | 'sms'
  readonly to: string
  /** What it is for. */
  readonly purpose: 'verification' | 'email-verified' | 'password-reset' | 'generated-password' | 'password-changed' | 'forgot-username'
  readonly sentAt: number
  readonly subject: string
  readonly text: string
  /** The link in it, absolute, ready to be opened. */
  readonly link?: string
  /** The PIN, token or verification code in it. */
  readonly code?: string
  /** The password the vendor made up, where the message delivers one. */
  readonly password?: string
  readonly username?: string
}

export type WantedMessage = Partial<Pick<OutboxMessage, 'to' | 'channel' | 'purpose'>>

export interface Outbox {
  readonly messages: () => readonly OutboxMessage[]
  readonly send: (message: Omit<OutboxMessage, 'id' | 'sentAt'>) => OutboxMessage
  /** The first message not yet taken that fits; waits for it up to the deadline (default 2,000 ms) or until the signal aborts, then rejects. A message is taken once. */
  readonly next: (wanted?: WantedMessage, timeoutMs?: number, signal?: AbortSignal) => Promise<OutboxMessage>
  readonly clear: () => void
}

export interface OutboxState {
  readonly messages: readonly OutboxMessage[]
  /** Ids of the messages that `next` handed out. */
  readonly taken: readonly string[]
}

/** An outbox whose content can be copied and put back. */
export interface RestorableOutbox extends Outbox {
  readonly state: () => OutboxState
  readonly moveTo: (state: OutboxState) => void
}

interface Waiter {
  readonly wanted: WantedMessage
  readonly deliver: (message: OutboxMessage) => void
}

export function createOutbox(now: () => number): RestorableOutbox {
  let messages: OutboxMessage[] = []
  let taken = new Set<string>()
  const waiting = new Set<Waiter>()

  const take = (message: OutboxMessage): OutboxMessage => {
    taken.add(message.id)
    return message
  }

  return {
    messages: () => [...messages],
    send: (content) => {
      const message = { ...content, id: randomUUID(), sentAt: now() }
      messages.push(message)
      const waiter = [...waiting].find(({ wanted }) => fits(message, wanted))
      waiter?.deliver(take(message))
      return message
    },
    next: (wanted = {}, timeoutMs = 2_000, signal) => {
      const ready = messages.find((message) => !taken.has(message.id) && fits(message, wanted))
      if (ready !== undefined) return Promise.resolve(take(ready))
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.delete(waiter)
          clearTimeout(timer)
          signal?.removeEventListener('abort', giveUp)
        }
        const giveUp = (): void => {
          stop()
          reject(new Error(`no message ${JSON.stringify(wanted)} within ${timeoutMs} ms; the outbox holds ${describe(messages)}`))
        }
        const deliver = (message: OutboxMessage): void => {
          stop()
          resolve(message)
        }
        const waiter: Waiter = { wanted, deliver }
        const timer = setTimeout(giveUp, timeoutMs)
        waiting.add(waiter)
        signal?.addEventListener('abort', giveUp)
        if (signal?.aborted) giveUp()
      })
    },
    clear: () => {
      messages = []
      taken = new Set()
    },
    state: () => ({ messages: [...messages], taken: [...taken] }),
    moveTo: (state) => {
      messages = [...state.messages]
      taken = new Set(state.taken)
    },
  }
}

function fits(message: OutboxMessage, wanted: WantedMessage): boolean {
  return (
    (wanted.to === undefined || message.to === wanted.to) &&
    (wanted.channel === undefined || message.channel === wanted.channel) &&
    (wanted.purpose === undefined || message.purpose === wanted.purpose)
  )
}

function describe(messages: readonly OutboxMessage[]): string {
  return messages.length === 0 ? 'nothing' : messages.map(({ channel, purpose, to }) => `${channel} ${purpose} to ${to}`).join(', ')
}
