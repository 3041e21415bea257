// What is measured of each vendor: our package, and the vendor's own SDK where it has one for Node.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** An instance for each user. */
const kiiSdk = () => {
  const { create } = require('kii-cloud-sdk')
  return ({ connection: { appId, appKey, site }, users }) => {
    const slots = users.map(() => {
      const { Kii, KiiUser } = create()
      Kii.initializeWithSite(appId, appKey, site)
      return KiiUser
    })
    return {
      // Its sign-in knows the id and the token alone; reading the user belongs to ours, so it is asked of both.
      signIn: async (slot) => (await slots[slot].authenticate(users[slot].username, users[slot].password)).refresh(),
      refresh: (slot) => slots[slot].getCurrentUser().refresh(),
    }
  }
}

/** One instance for the process: its active user is whoever signed in last, which costs the same. */
const kinveySdk = () => {
  const Kinvey = require('kinvey-node-sdk')
  return ({ connection: { host, appKey, appSecret }, users }) => {
    Kinvey.init({ appKey, appSecret, apiHostname: host, micHostname: host })
    return {
      signIn: async (slot) => {
        // It refuses to sign in while somebody is: forgotten here, without a request.
        Kinvey.client().setActiveUser(null)
        await Kinvey.User.login(users[slot].username, users[slot].password)
      },
      refresh: () => Kinvey.User.me(),
    }
  }
}

/** `settings`: of the sandbox's app. `config`: what our factory wants, out of the sandbox's connection. */
export const vendors = {
  kii: {
    package: '@userport/kii',
    factory: 'createKii',
    config: ({ site, appId, appKey }) => ({ site, appId, appKey }),
    sdk: { name: 'kii-cloud-sdk', load: kiiSdk },
  },
  kinvey: {
    package: '@userport/kinvey',
    factory: 'createKinvey',
    config: ({ host, appKey, appSecret }) => ({ host, appKey, appSecret }),
    sdk: { name: 'kinvey-node-sdk', load: kinveySdk },
  },
  monaca: {
    // Else every reply would bring another session, and what is replayed would be refused.
    settings: { renewSession: 'never' },
    package: '@userport/monaca',
    factory: 'createMonaca',
    config: ({ endpoint, backendId, apiKey }) => ({ endpoint, backendId, apiKey }),
  },
}
