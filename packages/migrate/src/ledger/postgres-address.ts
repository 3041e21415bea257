const defaultSchema = 'userport'

/** The connection without what is ours in the address, and the schema that the tables are in. */
export const addressOf = (address: string): { readonly connectionString: string; readonly schema: string } => {
  const url = new URL(address)
  const schema = url.searchParams.get('schema') ?? defaultSchema
  url.searchParams.delete('schema')
  return { connectionString: url.href, schema }
}
