import type { Json } from './call.js'
import { addressOf, channels, isVerified } from './channels.js'
import type { KiiUser } from './data.js'
import type { KiiSettings } from './settings.js'

/** A user as he sees himself, and as the administrator sees him. */
export function fullView(user: KiiUser, settings: KiiSettings): Json {
  return withoutAbsent({
    ...user.custom,
    ...identity(user, settings),
    locale: user.locale,
    _emailAddressPending: user.email.pending,
    _phoneNumberPending: user.phone.pending,
    _thirdPartyAccounts: user.thirdPartyAccounts,
    ...(settings.userShowsTimes ? { createdAt: user.createdAt, modifiedAt: user.modifiedAt } : {}),
  })
}

/** A user as others see him. */
export function publicView(user: KiiUser, settings: KiiSettings): Json {
  if (settings.exposeFullUserDataToOthers) {
    const { _emailAddressPending, _phoneNumberPending, _thirdPartyAccounts, ...shown } = fullView(user, settings)
    return shown
  }
  const { userID, loginName, displayName } = user
  return withoutAbsent({ userID, loginName, displayName, ...flags(user) })
}

/** A user as one row of a user query. */
export function queryRow(user: KiiUser, settings: KiiSettings): Json {
  const { createdAt, modifiedAt, passwordChangedAt, disabled } = user
  const more = settings.userQueryShowsCustomFields ? fullView(user, settings) : {}
  return withoutAbsent({ ...more, ...identity(user, settings), createdAt, modifiedAt, passwordChangedAt, disabled })
}

function identity(user: KiiUser, settings: KiiSettings): Json {
  const { userID, internalUserID, loginName, displayName, country } = user
  const addresses = channels.flatMap((channel) => {
    const { value } = addressOf(user, channel)
    return [
      [channel.field, value],
      [`${channel.field}Verified`, value === undefined ? undefined : isVerified(user, channel, settings)],
    ]
  })
  return { userID, internalUserID, loginName, displayName, country, ...Object.fromEntries(addresses), ...flags(user) }
}

const flags = (user: KiiUser): Json => ({ _hasPassword: user.passwordHash !== undefined, _disabled: user.disabled })

function withoutAbsent(view: Json): Json {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}
