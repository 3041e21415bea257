import { type DatabaseIntrospector, type Kysely, PostgresDialect, type PostgresDialectConfig } from 'kysely'

interface Catalog {
  readonly pg_namespace: { readonly nspname: string }
  readonly pg_tables: { readonly schemaname: string; readonly tablename: string }
}

/**
 * Asks about the tables of one schema only, by the catalog's rows alone. Kysely's own question is about every column of the database, and
 * is refused when any of them goes away while it is answered: other workers' and other apps' too.
 */
const introspectorOf = (database: Kysely<Catalog>, schema: string): DatabaseIntrospector => {
  const catalog = database.withSchema('pg_catalog')
  const getTables: DatabaseIntrospector['getTables'] = async () => {
    const rows = await catalog.selectFrom('pg_tables').select('tablename').where('schemaname', '=', schema).execute()
    return rows.map(({ tablename }) => ({ name: tablename, schema, isView: false, columns: [] }))
  }
  return {
    getSchemas: () => catalog.selectFrom('pg_namespace').select('nspname as name').where('nspname', '=', schema).execute(),
    getTables,
    getMetadata: async () => ({ tables: await getTables() }),
  }
}

/** PostgreSQL for tables that are in one schema. */
export class SchemaDialect extends PostgresDialect {
  readonly #schema: string

  constructor(config: PostgresDialectConfig, schema: string) {
    super(config)
    this.#schema = schema
  }

  override createIntrospector(database: Kysely<Catalog>): DatabaseIntrospector {
    return introspectorOf(database, this.#schema)
  }
}
