// Ends in the midst of the work of a ledger's thread, in the way that the second argument says.
const [path, how, module] = process.argv.slice(2)
const { SqliteThread } = await import(module)
const thread = new SqliteThread(path)
if (how === 'exit at once') process.exit(7)
await thread.exec('create table if not exists numbers (n integer)')
// Each is another statement to prepare.
const asked = Array.from({ length: 2_000 }, (_, number) => thread.query(`select n as n${number} from numbers`, []).catch(() => undefined))
await asked[20]
if (how === 'exit') process.exit(7)
await thread.close()
process.stdout.write('closed')
