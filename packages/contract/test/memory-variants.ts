import type { MemorySettings } from '@userport/core/memory'

/** Services that differ in everything a provider may differ in, so that each requirement applies to one of them. */
export const variants: Readonly<Record<string, MemorySettings>> = {
  'everything on': {},
  'the other way round': {
    custody: 'generated-credentials',
    upgrade: 'replaced',
    resetPassword: 'generated',
    resetEndsSessions: 'at-request',
    verificationRequired: true,
    without: ['resetByLink', 'attributeRemoval'],
  },
  'only what every provider has': {
    identifiers: ['username'],
    without: [
      'anonymous',
      'upgrade',
      'attributeRemoval',
      'changePassword',
      'passwordReset',
      'forgotUsername',
      'usernameExists',
      'findUser',
      'deleteUser',
    ],
  },
  'people known by e-mail alone, anonymous users without upgrade, resets by link': {
    identifiers: ['email'],
    without: ['upgrade', 'resetByCode'],
  },
}
