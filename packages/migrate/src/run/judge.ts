import type { ErrorTag, UserError } from '@userport/core'

/**
 * What a failed call means to a run.
 * `limited`: the vendor asks to wait. `down`: it does not serve now. `lost`: whether it carried the call out is not known.
 * `stop`: no call would fare better, the keys are wrong. `refused`: the vendor has judged this user.
 */
export type Judgement = 'limited' | 'down' | 'lost' | 'stop' | 'refused'

const judgements: { readonly [Tag in ErrorTag]?: Judgement } = {
  RateLimited: 'limited',
  Unavailable: 'down',
  Network: 'down',
  Timeout: 'down',
  // A page of a proxy in place of the vendor's reply.
  Protocol: 'down',
  OutcomeUnknown: 'lost',
  Cancelled: 'lost',
  Forbidden: 'stop',
  Configuration: 'stop',
  InvalidCredentials: 'stop',
  NotSignedIn: 'stop',
  SessionExpired: 'stop',
}

// A row of a file that cannot be read is the same the next time.
const isNoReply = ({ _tag, status, code }: UserError): boolean => _tag === 'Protocol' && status === undefined && code === undefined

export const judge = (error: UserError): Judgement => (isNoReply(error) ? 'stop' : (judgements[error._tag] ?? 'refused'))

/** The same for the request that creates a user: was it perhaps carried out? */
export const perhapsCreated = (error: UserError): boolean => error.accountCreated === true || judge(error) === 'lost'
