import { type Attempt, asNobody, asUser } from './attempt.js'
import type { ContractContext } from './context.js'
import { succeeds } from './expectations.js'
import { identityProvider, mayLink, maySignIn, proofOf, vouched } from './identity.js'
import { freshValue, randomText } from './person.js'
import { canEnrol, stepFor } from './second-factor.js'
import { askedVerification, type ContactKind, contactKinds, readable, unproved, verifiable } from './verifying.js'

const kindWith = (offered: (kind: ContactKind) => boolean): ContactKind => contactKinds.find(offered) ?? 'email'

const codeKind = ({ capabilities: { verification } }: ContractContext): ContactKind =>
  kindWith((kind) => verification !== undefined && verification !== false && verification[kind] === 'code')

const offeredKind = ({ capabilities: { verification } }: ContractContext): ContactKind =>
  kindWith((kind) => verification !== undefined && verification !== false && verification[kind] !== false)

/** Operations about addresses, tokens, second factors, identities and other people. */
export const accountAttempts: readonly Attempt[] = [
  {
    operation: 'requestVerification',
    needs: ['verification'],
    only: verifiable,
    effect: 'write',
    prepare: async (context) => {
      const kind = offeredKind(context)
      const { device, person } = await unproved(context, kind, async (somebody) => somebody)
      return { device, call: (options) => device.provider.requestVerification({ kind }, options), secrets: [person.password] }
    },
  },
  {
    operation: 'confirmVerification',
    needs: ['verification', 'confirmByCode'],
    only: [verifiable, readable],
    effect: 'write',
    prepare: async (context) => {
      const kind = codeKind(context)
      const { device, code } = await unproved(context, kind, async (somebody) => ({
        device: somebody.device,
        code: (await askedVerification(context, kind, somebody)).code ?? '',
      }))
      return { device, call: (options) => device.provider.confirmVerification({ kind, code }, options), secrets: [code] }
    },
  },
  {
    operation: 'changeContact',
    needs: ['changeContact'],
    effect: 'write',
    prepare: asUser((context, { provider }) => {
      const { changeContact } = context.capabilities
      const [kind = 'email'] = changeContact ? changeContact.kinds : []
      const value = freshValue(context, kind)
      return { call: (options) => provider.changeContact(kind === 'email' ? { email: value } : { phone: value }, options) }
    }),
  },
  {
    operation: 'changeUsername',
    needs: ['changeUsername'],
    effect: 'write',
    prepare: asUser((context, { provider }) => {
      const username = freshValue(context, 'username')
      return { call: (options) => provider.changeUsername(username, options) }
    }),
  },
  {
    operation: 'signInWithToken',
    needs: ['accessToken'],
    effect: 'read',
    prepare: asNobody(async (context, { provider }) => {
      // A service may hand out none, as its console says: then nobody's will do, since its fate is not looked at.
      const token = (await context.account()).device.provider.accessToken()?.token ?? randomText(40)
      return { call: (options) => provider.signInWithToken({ token }, options), secrets: [token] }
    }),
  },
  {
    operation: 'continueSignIn',
    needs: ['secondFactor'],
    only: canEnrol,
    effect: 'write',
    prepare: async (context) => {
      const { device, step, kit } = await stepFor(context)
      const code = await kit.code()
      return { device, call: (options) => device.provider.continueSignIn(step, { factor: 'totp', code }, options), secrets: [code] }
    },
  },
  {
    operation: 'signOutEverywhere',
    needs: ['signOutEverywhere'],
    effect: 'ends',
    prepare: asUser((_, { provider }) => ({ call: (options) => provider.signOutEverywhere(options) })),
  },
  {
    operation: 'signInWithIdentity',
    needs: ['identities'],
    only: [vouched, maySignIn],
    effect: 'write',
    prepare: asNobody(async (context, { provider }) => {
      const proof = await proofOf(context)
      return { call: (options) => provider.signInWithIdentity(proof, options), secrets: Object.values(proof.tokens).map(String) }
    }),
  },
  {
    operation: 'linkIdentity',
    needs: ['identities'],
    only: [vouched, mayLink],
    effect: 'write',
    prepare: async (context) => {
      const { device } = await context.account()
      const proof = await proofOf(context)
      return { device, call: (options) => device.provider.linkIdentity(proof, options), secrets: Object.values(proof.tokens).map(String) }
    },
  },
  {
    operation: 'unlinkIdentity',
    needs: ['identities'],
    only: [vouched, mayLink],
    effect: 'write',
    prepare: async (context) => {
      const { device } = await context.account()
      await succeeds(device.provider.linkIdentity(await proofOf(context)))
      return { device, call: (options) => device.provider.unlinkIdentity(identityProvider(context), options), secrets: [] }
    },
  },
  {
    operation: 'findUsers',
    needs: ['findUsers'],
    effect: 'read',
    prepare: asUser((context, { provider }) => {
      const username = freshValue(context, 'username')
      return { call: (options) => provider.findUsers({ username }, options) }
    }),
  },
  {
    operation: 'suspendUser',
    needs: ['suspendUser'],
    effect: 'ends',
    prepare: asUser((_, { provider }) => ({ call: (options) => provider.suspendUser(options) })),
  },
]
