/** One request that reached the server: enough to count and to read, nothing secret. */
export interface LoggedRequest {
  readonly at: number
  readonly method: string
  /** With the query; what a link or a token carries is replaced by `***`. */
  readonly path: string
  /** JSON-RPC method, where there is one. */
  readonly rpc?: string
  /** 0 as long as there is no reply, also where there never was one. */
  readonly status: number
}

export interface RequestLog {
  /** The last ten thousand at least, oldest first; those before them are forgotten. */
  readonly all: () => readonly LoggedRequest[]
  readonly clear: () => void
}

/** A log that the server writes to: one entry at the arrival, its status at the reply. */
export interface RequestRecorder extends RequestLog {
  readonly arrived: (request: Omit<LoggedRequest, 'status'>) => { readonly answered: (status: number) => void }
}

const kept = 10_000

export function createRequestRecorder(): RequestRecorder {
  let log: { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] }[] = []
  return {
    all: () =>
      log.map(({ method, path, rpc, at, status }) => ({
        method,
        path: redacted(path),
        ...(rpc === undefined ? {} : { rpc }),
        at,
        status,
      })),
    clear: () => {
      log = []
    },
    arrived: ({ method, path, rpc, at }) => {
      const entry = { method, path, rpc, at, status: 0 }
      log.push(entry)
      if (log.length >= 2 * kept) log = log.slice(-kept)
      return {
        answered: (status) => {
          entry.status = status
        },
      }
    },
  }
}

const secretParameter = /([?&][^=&]*(?:sig|nonce|token|code|pin|passw|secret|key)[^=&]*=)[^&]*/gi
/** Longer than any user id or app id of a vendor: as long as their shortest token. */
const secretSegment = /(?<=\/)[\w.~-]{43,}(?=\/|\?|$)/g

function redacted(pathAndQuery: string): string {
  return pathAndQuery.replace(secretSegment, '***').replace(secretParameter, '$1***')
}
