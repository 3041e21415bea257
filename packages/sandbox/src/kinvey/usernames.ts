import type { VendorResponse } from '../world.js'
import { objectBody, requiredText } from './body.js'
import { type Call, noContent, ok } from './call.js'
import { activeUsersByEmail, userByUsername } from './users.js'

/** `POST /rpc/:kid/check-username-exists`: a suspended user still holds its name. */
export function usernameExists({ world, request }: Call): VendorResponse {
  return ok({ usernameExists: userByUsername(world, requiredText(objectBody(request), 'username')) !== undefined })
}

/** `POST /rpc/:kid/user-forgot-username`: says the same whether the address is known or not. */
export function forgotUsername({ world, request }: Call): VendorResponse {
  const to = requiredText(objectBody(request), 'email')
  for (const { username } of activeUsersByEmail(world, to)) {
    world.outbox.send({
      channel: 'email',
      to,
      purpose: 'forgot-username',
      subject: `${world.settings.appName}: your username`,
      text: `Your username is ${username}\n`,
      username,
    })
  }
  return noContent
}
