import { hashPassword } from '../passwords.js'
import { randomHex } from '../random-ids.js'
import { type AppMethod, signIn } from './app-call.js'
import { type MonacaWorld, own, type StoredUser } from './data.js'
import { invalidOperation, invalidParams, refuse } from './errors.js'
import { type Params, record, text } from './params.js'
import { passwordProblem } from './rules.js'
import { endSignIns } from './sessions.js'
import type { MailTemplate } from './settings.js'
import { findByUsername, setPasswordHash } from './users.js'

const placeholder = '%PASSWORD_RESET_TOKEN%'

/** How users who forgot their password get back in: a token by mail, then a new password. */
export const resetMethods: Readonly<Record<string, AppMethod>> = {
  'User.sendPasswordResetToken': ({ world, params, session }) => {
    if (session !== undefined) throw invalidOperation()
    const username = text(params, 'username')
    const options = record(params, 'options')
    const template = mailTemplate(world, options)
    const user = findByUsername(world.data, username)
    if (user === undefined) throw invalidParams({ username: 'Is unknown.' })
    const to = address(user, options)
    const token = randomHex(16)
    world.data.resetTokens[user.id] = { token, expiresAt: world.clock.now() + world.settings.resetTokenLifetime }
    world.outbox.send({
      channel: 'email',
      to,
      purpose: 'password-reset',
      subject: template.subject,
      text: template.body.replaceAll(placeholder, token),
      code: token,
      username,
    })
    return {}
  },

  'User.resetPasswordAndLogin': async (call) => {
    const { world, params } = call
    const username = text(params, 'username')
    const newPassword = text(params, 'newPassword')
    const token = text(params, 'token')
    refuse({
      newPassword: passwordProblem(world, newPassword),
      token: holder(world, username, token) ? undefined : tokenProblem,
    })
    const passwordHash = await hashPassword(newPassword)
    // Hashing takes a while: a token works once, also when it comes twice at the same time.
    const user = holder(world, username, token)
    if (user === undefined) throw invalidParams({ token: tokenProblem })
    delete world.data.resetTokens[user.id]
    if (world.settings.resetEndsOtherSessions) endSignIns(world.data, user.id)
    return signIn(call, setPasswordHash(world, user, passwordHash))
  },
}

const tokenProblem = 'Is invalid or has expired.'

const holder = (world: MonacaWorld, username: string, token: string): StoredUser | undefined => {
  const user = findByUsername(world.data, username)
  const stored = user && own(world.data.resetTokens, user.id)
  return stored?.token === token && stored.expiresAt > world.clock.now() ? user : undefined
}

const mailTemplate = (world: MonacaWorld, options: Params): MailTemplate => {
  const template = own(world.settings.mailTemplates, optionalText(options, 'templateName') ?? 'send_password_token')
  if (template === undefined) throw invalidParams({ options: 'There is no such mail template.' })
  if (!template.body.includes(placeholder)) throw invalidParams({ options: `The mail template lacks ${placeholder}.` })
  return template
}

const address = (user: StoredUser, options: Params): string => {
  const name = optionalText(options, 'emailPropertyName') ?? '_username'
  const value = name === '_username' ? user.username : own(user.properties, name)
  if (typeof value !== 'string' || !value.includes('@')) throw invalidParams({ options: `${name} is no e-mail address.` })
  return value
}

const optionalText = (options: Params, name: string): string | undefined => {
  const value = options[name] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw invalidParams({ options: `${name} must be a string.` })
  return value
}
