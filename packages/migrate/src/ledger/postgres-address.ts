import { LedgerFailure } from './ledger.js'

const defaultSchema = 'userport'

const notAnAddress =
  'The address is not a URL. Special characters of a user name or a password are written as a percent sign and two digits, / as %2F.'

/** The connection without what is ours in the address, and the schema that the tables are in. */
export const addressOf = (address: string): { readonly connectionString: string; readonly schema: string } => {
  // The platform's own error would repeat the address, password and all.
  if (!URL.canParse(address)) throw new LedgerFailure('broken', notAnAddress)
  const url = new URL(address)
  const schema = url.searchParams.get('schema') ?? defaultSchema
  url.searchParams.delete('schema')
  return { connectionString: url.href, schema }
}
