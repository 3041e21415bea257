// The people of an app as its owner sees them, in words that fit all vendors.

const without = (document, names) =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith('_') && !names.includes(name)))

const profile = ['displayName', 'country', 'locale']
const profileOf = (document) => Object.fromEntries(profile.map((name) => [name, document[name]]))

const kii = ({ id, document, disabled, anonymous }, { data }) => ({
  id,
  anonymous,
  disabled,
  username: document.loginName,
  email: document.emailAddress,
  phone: document.phoneNumber,
  emailVerified: document.emailAddressVerified,
  createdAt: new Date(data.users[id].createdAt).toISOString(),
  ...profileOf(document),
  attributes: without(document, [
    'userID',
    'internalUserID',
    'loginName',
    'emailAddress',
    'emailAddressVerified',
    'phoneNumber',
    'phoneNumberVerified',
    ...profile,
  ]),
})

const kinvey = ({ id, document, disabled, anonymous }) => ({
  id,
  anonymous,
  disabled,
  username: anonymous ? undefined : document.username,
  email: document.email,
  phone: document.phone,
  emailVerified: document.email === undefined ? undefined : document._kmd.emailVerification?.status === 'confirmed',
  createdAt: document._kmd.ect,
  ...profileOf(document),
  attributes: without(document, ['username', 'email', 'phone', ...profile]),
})

const monaca = ({ id, document }) => {
  const anonymous = document._username.startsWith('userport-anonymous-')
  return {
    id,
    anonymous,
    disabled: false,
    username: anonymous ? undefined : document._username,
    email: document.email,
    phone: document.phone,
    createdAt: new Date(document._createdAt).toISOString(),
    ...profileOf(document),
    attributes: without(document, ['email', 'phone', ...profile]),
  }
}

const views = { kii, kinvey, monaca }

export const peopleOf = ({ vendor, world }) => world.users().map((row) => views[vendor](row, world))
