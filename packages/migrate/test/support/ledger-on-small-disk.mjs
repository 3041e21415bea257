// Fills a disk of two megabytes with a ledger. Run in a namespace of its own, where an ordinary user may mount one.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { openLedger } from '@userport/migrate'

const [folder] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder])
const ledger = await openLedger(`file:${folder}/small.ledger`)
const page = (number) =>
  Array.from({ length: 100 }, (_, index) => ({
    sourceId: `u${String(number).padStart(4, '0')}-${index}`,
    kind: 'registered',
    state: 'planned',
    targetId: null,
    targetName: null,
    digest: '',
    losses: [],
    problem: null,
    folded: [`${number}-${index}`],
  }))

let pages = 0
let failure
for (; failure === undefined && pages < 1000; pages++)
  failure = await ledger.append(page(pages), String(pages)).then(() => undefined, String)
const { byState } = await ledger.counts()
const { cursor } = await ledger.progress()
const first = await ledger.list(['planned'], { limit: 1_000_000 })
await ledger.close()
// As an operator would: makes room and goes on.
writeFileSync(`${folder}/room`, '')
execFileSync('mount', ['-o', 'remount,size=8m', folder])
rmSync(`${folder}/room`)
const again = await openLedger(`file:${folder}/small.ledger`)
const added = await again.append(page(pages - 1), 'after')
await again.close()
console.log(JSON.stringify({ failure, appended: pages - 1, counted: byState.planned, listed: first.length, cursor, added: added.size }))
