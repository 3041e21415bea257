// A small web server over the stateless layer: many users at once, nobody is "the" current user.
import { randomUUID } from 'node:crypto'
import type { Session, SignIn, SignUp, User, UserBackend, UserError } from '@userport/core'
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Where the server keeps the sessions of its visitors; a table of your database in real life. */
export interface Sessions {
  readonly get: (id: string) => Promise<Session | undefined>
  readonly set: (id: string, session: Session) => Promise<void>
  readonly remove: (id: string) => Promise<void>
}

const cookie = 'session'

const statusOf = ({ _tag }: UserError): ContentfulStatusCode => {
  switch (_tag) {
    case 'InvalidInput':
    case 'PasswordRejected':
      return 400
    case 'InvalidCredentials':
    case 'NotSignedIn':
    case 'SessionExpired':
      return 401
    case 'IdentifierTaken':
      return 409
    case 'RateLimited':
      return 429
    default:
      return 503
  }
}

const refuse = (context: Context, error: UserError) => context.json({ error: error._tag, message: error.message }, statusOf(error))

export const createApp = (backend: UserBackend, sessions: Sessions): Hono => {
  const app = new Hono()

  const enter = async (context: Context, user: User, session: Session) => {
    const id = randomUUID()
    await sessions.set(id, session)
    setCookie(context, cookie, id, { httpOnly: true, sameSite: 'Lax' })
    return context.json(user)
  }

  app.post('/sign-up', async (context) => {
    const outcome = await backend.signUp(await context.req.json<SignUp>())()
    return outcome._tag === 'Left' ? refuse(context, outcome.left) : enter(context, outcome.right.user, outcome.right.session)
  })

  app.post('/sign-in', async (context) => {
    const outcome = await backend.signIn(await context.req.json<SignIn>())()
    if (outcome._tag === 'Left') return refuse(context, outcome.left)
    if ('pending' in outcome.right) return context.json({ error: 'SecondFactorRequired' }, 401)
    return enter(context, outcome.right.user, outcome.right.session)
  })

  app.get('/me', async (context) => {
    const id = getCookie(context, cookie)
    const session = id === undefined ? undefined : await sessions.get(id)
    if (id === undefined || session === undefined) return context.json({ error: 'NotSignedIn' }, 401)
    const outcome = await backend.fetchUser(session)()
    if (outcome._tag === 'Left') return refuse(context, outcome.left)
    // A vendor may have renewed the session on the way.
    await sessions.set(id, outcome.right.session)
    return context.json(outcome.right.user)
  })

  app.post('/sign-out', async (context) => {
    const id = getCookie(context, cookie)
    const session = id === undefined ? undefined : await sessions.get(id)
    if (id !== undefined && session !== undefined) {
      await sessions.remove(id)
      await backend.signOut(session)()
    }
    return context.body(null, 204)
  })

  return app
}
