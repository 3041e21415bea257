import type { Pool, PoolConfig } from 'pg'

/** Connections to the server of a ledger. */
export const openPool = async (config: PoolConfig): Promise<Pool> => {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionTimeoutMillis: 10_000, keepAlive: true, application_name: 'userport', ...config })
  // A connection that breaks between two queries: whoever asks next gets another one, or is told.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
