// Ends while the threads of several ledgers are in the midst of a statement that takes for ever.
import { writeSync } from 'node:fs'

const [folder, module] = process.argv.slice(2)
const { SqliteThread } = await import(module)
const forever = 'with recursive numbers(n) as (select 1 union all select n + 1 from numbers) select count(*) from numbers'
for (const name of ['a', 'b', 'c', 'd']) {
  const thread = new SqliteThread(`${folder}/${name}`)
  await thread.exec('select 1')
  thread.query(forever, []).catch(() => undefined)
}
await new Promise((resolve) => setTimeout(resolve, 300))
const begun = performance.now()
process.on('exit', () => {
  writeSync(1, String(Math.round(performance.now() - begun)))
  // The threads themselves never come to an end.
  process.kill(process.pid, 'SIGKILL')
})
process.exit(7)
