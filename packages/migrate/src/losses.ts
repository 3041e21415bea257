/** What a user does not have at the target as it was at the source. Stable codes: reports count by them. */
export const losses = {
  'password-not-moved': 'No vendor gives out passwords: it is set by a reset, or when the user signs in through `migrating`.',
  'id-replaced': 'The user has another id.',
  'username-made-up': 'The user had nothing that the target could sign in with, so a username was made up.',
  'email-is-username': 'The user signed in by e-mail, which the target cannot: the address is the username there.',
  'phone-is-username': 'The user signed in by phone, which the target cannot: the number is the username there.',
  'username-renamed': 'The username was taken; the user has another one.',
  'username-adapted': 'The username broke a rule of the target and was changed.',
  'username-is-email': 'The username was an address, which the target takes as e-mail only: the user signs in by e-mail there.',
  'username-dropped': 'A name that the source had made up for an anonymous user was left behind.',
  'email-dropped': 'The e-mail address broke a rule of the target, or would have given an anonymous user a login.',
  'phone-dropped': 'The phone number broke a rule of the target, or would have given an anonymous user a login.',
  'phone-rewritten': 'The phone number broke a rule of the target and is written in digits alone there.',
  'email-unverified': 'The e-mail address was verified; the target must verify it again.',
  'phone-unverified': 'The phone number was verified; the target must verify it again.',
  'pending-contact-dropped': 'An address that waited to be verified was left behind.',
  'profile-adapted': 'The display name, locale or country broke a rule of the target and was cut or left out.',
  'attribute-renamed': 'An attribute has a name that the target does not take; it has another one.',
  'attribute-dropped': 'An attribute has a name that the target does not take, and no other name was free.',
  'attributes-too-large': 'The attributes are larger than the target takes; the largest were left out.',
  'identities-dropped': 'Identities of third parties must be linked again by the user.',
  'created-at-changed': 'The target counts the user as new.',
  'disabled-not-carried': 'The user was disabled; the target cannot bar anybody, so the user stays behind.',
  'second-factor-dropped': 'A second factor must be set up again.',
} as const

export type LossCode = keyof typeof losses
