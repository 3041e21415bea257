/** What the service would have sent by e-mail or SMS. */
export interface MemoryMessage {
  readonly channel: 'email' | 'sms'
  readonly to: string
  readonly purpose: 'verification' | 'password-reset' | 'generated-password' | 'forgot-username'
  readonly code?: string
  readonly link?: string
  /** The password that was made, where the message delivers one. */
  readonly password?: string
  readonly username?: string
}

export type WantedMessage = Partial<Pick<MemoryMessage, 'to' | 'channel' | 'purpose'>>

export interface MemoryOutbox {
  readonly messages: () => readonly MemoryMessage[]
  /** The first message that fits and was not taken yet. Rejects where there is none: everything is sent before an operation ends. */
  readonly next: (wanted?: WantedMessage) => Promise<MemoryMessage>
}

export interface WritableOutbox extends MemoryOutbox {
  readonly send: (message: MemoryMessage) => void
}

export const createOutbox = (): WritableOutbox => {
  const sent: MemoryMessage[] = []
  const taken = new Set<MemoryMessage>()
  const fits = (message: MemoryMessage, { to, channel, purpose }: WantedMessage): boolean =>
    (to === undefined || message.to === to) &&
    (channel === undefined || message.channel === channel) &&
    (purpose === undefined || message.purpose === purpose)
  return {
    messages: () => [...sent],
    send: (message) => void sent.push(message),
    next: (wanted = {}) => {
      const message = sent.find((one) => !taken.has(one) && fits(one, wanted))
      if (message === undefined) return Promise.reject(new Error(`no message ${JSON.stringify(wanted)}`))
      taken.add(message)
      return Promise.resolve(message)
    },
  }
}
