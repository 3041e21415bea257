import type { Outbox } from '../outbox.js'
import type { Channel } from './channels.js'

/** The e-mails and SMS of a Kii app. */
interface Recipient {
  readonly outbox: Outbox
  readonly channel: Channel
  readonly to: string
}

/** An e-mail brings a link to click, an SMS the code to type. */
export function sendVerification({ outbox, channel, to }: Recipient, code: string, link: string): void {
  const byLink = channel.name === 'email'
  outbox.send({
    channel: channel.outbox,
    to,
    purpose: 'verification',
    subject: 'Please verify your address',
    text: byLink ? `Open this link to verify your e-mail address: ${link}` : `Your verification code is ${code}`,
    code,
    ...(byLink ? { link } : {}),
  })
}

export function sendResetLink({ outbox, channel, to }: Recipient, link: string): void {
  outbox.send({
    channel: channel.outbox,
    to,
    purpose: 'password-reset',
    subject: 'Reset your password',
    text: `Open this link to reset your password: ${link}`,
    link,
  })
}

export function sendResetPin({ outbox, channel, to }: Recipient, code: string): void {
  outbox.send({
    channel: channel.outbox,
    to,
    purpose: 'password-reset',
    subject: 'Reset your password',
    text: `Your PIN code to reset the password is ${code}`,
    code,
  })
}

export function sendGeneratedPassword({ outbox, channel, to }: Recipient, password: string): void {
  outbox.send({
    channel: channel.outbox,
    to,
    purpose: 'generated-password',
    subject: 'Your new password',
    text: `Your new password is ${password}`,
    password,
  })
}
