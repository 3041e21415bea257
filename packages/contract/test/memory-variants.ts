import type { MemorySettings } from '@userport/core/memory'

interface Variant {
  readonly settings: MemorySettings
  readonly only?: readonly string[]
}

// Their operations are the same as everywhere, so what goes wrong on the way is left to the others.
const withoutFaults = [
  ...['SUP-', 'SIN-', 'OUT-', 'ACT-', 'SES-', 'TAB-', 'ANO-', 'UPG-', 'MRG-', 'PRO-', 'PWD-', 'RST-', 'LKP-', 'DEL-'],
  ...['MFA-', 'TOK-', 'IDN-', 'EVW-', 'ADO-', 'CNT-', 'USN-', 'VER-', 'FND-', 'SUS-', 'CAP-', 'INP-', 'SEC-', 'PRM-'],
]

/** Services that differ in everything a provider may differ in, so that each requirement applies to one of them. */
export const variants: Readonly<Record<string, Variant>> = {
  'everything on': { settings: {} },
  'the other way round': {
    settings: {
      custody: 'generated-credentials',
      upgrade: 'replaced',
      resetPassword: 'generated',
      resetEndsSessions: 'at-request',
      verificationRequired: true,
      changedContact: 'at-once',
      without: ['resetByLink', 'attributeRemoval', 'confirmByCode', 'identities.signIn'],
    },
    only: [...withoutFaults, 'BKP-', 'FLT-replyLost.', 'FLT-truncated.'],
  },
  'only what every provider has': {
    settings: {
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
        'verification',
        'changeContact',
        'changeUsername',
        'accessToken',
        'secondFactor',
        'signOutEverywhere',
        'identities',
        'findUsers',
        'suspendUser',
      ],
    },
    only: withoutFaults,
  },
  'people known by e-mail alone, anonymous users without upgrade, resets by link': {
    settings: { identifiers: ['email'], contacts: ['email'], without: ['upgrade', 'resetByCode', 'identities.link'] },
    only: withoutFaults,
  },
}
