export interface PostgresServer {
  /** For a superuser without a password. */
  readonly url: string
  /** Ends it as if its machine had lost power. */
  readonly crash: () => Promise<void>
  readonly start: () => Promise<void>
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>
}

/** A PostgreSQL server of the caller's own, on a free port and in a temporary folder, run by an ordinary user. */
export function startPostgres(): Promise<PostgresServer | { readonly missing: string }>
/** Is there a PostgreSQL that could be started? Nothing is. */
export function findPostgres(): { readonly missing: string } | { readonly bin: string }
