// Apps of the vendors, reached by the vendors' own protocols: nothing here is ours, so nothing can agree with our mistakes.

const call = async (url, method, headers, body) => {
  const reply = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  if (!reply.ok) throw new Error(`${method} ${new URL(url).pathname}: ${reply.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

const kii = ({ site, appId, appKey, clientId, clientSecret }) => {
  const app = { 'x-kii-appid': appId, 'x-kii-appkey': appKey }
  const url = (path) => `${site}/apps/${appId}/${path}`
  let token
  const asAdmin = async () => {
    token ??= call(url('oauth2/token'), 'POST', app, { client_id: clientId, client_secret: clientSecret })
    return { ...app, authorization: `Bearer ${(await token).access_token}` }
  }
  const fields = ({ username, email, phone, displayName, country, locale, attributes }) => ({
    ...attributes,
    loginName: username,
    emailAddress: email,
    phoneNumber: phone,
    displayName,
    country,
    locale,
  })
  return {
    create: async (person) => {
      const type = person.anonymous ? 'RegistrationAndAuthorizationRequest' : 'RegistrationRequest'
      const headers = { ...app, 'content-type': `application/vnd.kii.${type}+json` }
      const password = person.anonymous ? undefined : crypto.randomUUID()
      const { userID } = await call(url('users'), 'POST', headers, { ...fields(person), password })
      if (person.disabled) await call(url(`users/${userID}/status`), 'PUT', await asAdmin(), { disabled: true })
      return userID
    },
    change: async (id, person) => call(url(`users/${id}`), 'POST', await asAdmin(), fields(person)),
    remove: async (id) => call(url(`users/${id}`), 'DELETE', await asAdmin()),
  }
}

const kinvey = ({ host, appKey, masterSecret }) => {
  const asMaster = { authorization: `Basic ${btoa(`${appKey}:${masterSecret}`)}`, 'x-kinvey-api-version': '4' }
  const url = (path) => `${host}/user/${appKey}${path}`
  const fields = ({ username, email, phone, displayName, country, locale, attributes }) => ({
    ...attributes,
    username,
    email,
    phone,
    displayName,
    country,
    locale,
  })
  return {
    create: async (person) => {
      const confirmed = { emailVerification: { status: 'confirmed', emailAddress: person.email } }
      const document = { ...fields(person), ...(person.emailVerified === true ? { _kmd: confirmed } : {}) }
      const { _id } = await call(url(''), 'POST', { ...asMaster, 'x-kinvey-master-create-user': 'true' }, document)
      if (person.disabled) await call(url(`/${_id}`), 'DELETE', asMaster)
      return _id
    },
    change: (id, person) => call(url(`/${id}`), 'PUT', asMaster, fields(person)),
    remove: (id) => call(url(`/${id}?hard=true`), 'DELETE', asMaster),
  }
}

const monaca = ({ managementUrl, managementKey }) => {
  const rpc = async (method, params) => {
    const headers = { 'X-Monaca-Backend-Management-API-Key': managementKey }
    const { result, error } = await call(managementUrl, 'POST', headers, { jsonrpc: '2.0', id: '1', method, params })
    if (error != null) throw new Error(`${method}: ${JSON.stringify(error)}`)
    return result
  }
  const properties = ({ email, phone, displayName, country, locale, attributes }) =>
    JSON.parse(JSON.stringify({ ...attributes, email, phone, displayName, country, locale }))
  // What this library names anonymous users, which Monaca does not have.
  const nameOf = ({ anonymous, username }) => (anonymous ? `userport-anonymous-${crypto.randomUUID()}` : username)
  return {
    create: async (person) => {
      const params = { username: nameOf(person), password: crypto.randomUUID(), properties: properties(person) }
      return (await rpc('User.create', params)).user._id
    },
    change: (id, person) => rpc('User.update', { _id: id, user: properties(person) }),
    remove: (id) => rpc('User.delete', { idList: [id] }),
  }
}

const appOf = { kii, kinvey, monaca }

/** An app that nobody has used, with its world in the sandbox. */
export const newApp = (sandbox, vendor) => {
  const connection = sandbox.connection(vendor)
  const appId = connection.appId ?? connection.appKey ?? connection.backendId
  return { vendor, appId, connection, world: sandbox.app(vendor, appId), ...appOf[vendor](connection) }
}
