import type { Json } from '../json.js'
import { addressOf, type Channel, email, isVerified, phone } from './channels.js'
import type { KiiUser } from './data.js'
import type { KiiSettings } from './settings.js'

// Views are put together by `Object.assign`: on Node 20, members behind a spread cost more than the rest of a request. What is absent is
// `undefined` in them, which JSON leaves out.

/** A user as he sees himself, and as the administrator sees him. */
export function fullView(user: KiiUser, settings: KiiSettings): Json {
  const { createdAt, modifiedAt } = user
  const more = {
    locale: user.locale,
    _emailAddressPending: user.email.pending,
    _phoneNumberPending: user.phone.pending,
    _thirdPartyAccounts: user.thirdPartyAccounts,
  }
  return Object.assign({}, user.custom, identity(user, settings), more, settings.userShowsTimes ? { createdAt, modifiedAt } : undefined)
}

/** A user as others see him. */
export function publicView(user: KiiUser, settings: KiiSettings): Json {
  if (settings.exposeFullUserDataToOthers) {
    const { _emailAddressPending, _phoneNumberPending, _thirdPartyAccounts, ...shown } = fullView(user, settings)
    return shown
  }
  const { userID, loginName, displayName } = user
  return { userID, loginName, displayName, ...flags(user) }
}

/** A user as one row of a user query. */
export function queryRow(user: KiiUser, settings: KiiSettings): Json {
  const { createdAt, modifiedAt, passwordChangedAt, disabled } = user
  const more = settings.userQueryShowsCustomFields ? fullView(user, settings) : undefined
  return Object.assign({}, more, identity(user, settings), { createdAt, modifiedAt, passwordChangedAt, disabled })
}

export function withoutAbsent(view: Json): Json {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}

function identity(user: KiiUser, settings: KiiSettings): Json {
  const { userID, internalUserID, loginName, displayName, country } = user
  const verified = (channel: Channel): boolean | undefined =>
    addressOf(user, channel).value === undefined ? undefined : isVerified(user, channel, settings)
  return {
    userID,
    internalUserID,
    loginName,
    displayName,
    country,
    emailAddress: user.email.value,
    emailAddressVerified: verified(email),
    phoneNumber: user.phone.value,
    phoneNumberVerified: verified(phone),
    ...flags(user),
  }
}

const flags = (user: KiiUser): Json => ({ _hasPassword: user.passwordHash !== undefined, _disabled: user.disabled })
