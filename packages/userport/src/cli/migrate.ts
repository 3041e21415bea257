import type { Command } from 'commander'
import { plan, purge, report, resume, run, status, undo, verify } from './migrate/commands.js'
import { withLedger, withLimits, withPolicy, withReport, withSample, withSides, withSidesUnread, withWorkers } from './migrate/flags.js'

const compared = (command: Command): Command => withReport(withLimits(withPolicy(withLedger(withSides(command)))))

const moving = (command: Command): Command => withWorkers(compared(command))

const confirmed = (command: Command): Command => command.option('--yes', 'do it')

/** Adds the commands of `migrate`. */
export const addMigrate = (migrate: Command): void => {
  migrate.addHelpText(
    'after',
    `
Keys of operators come from the environment (USERPORT_FROM_CLIENT_SECRET, USERPORT_TO_MASTER_SECRET, …), from a file that the
configuration names ("admin": { "masterSecretFile": "…" }), or from "admin" itself; never from arguments. USERPORT_LEDGER_KEY encrypts the
ledger.

Ends with 0 when done, 1 when failed, 2 when refused, 3 when finished with users in the retry file, 130 when interrupted.`,
  )

  withSample(
    withLimits(withPolicy(withLedger(withSides(migrate.command('plan')))), 'not needed: a plan does not wait for a vendor that is down'),
  )
    .description('say what would happen, from a sample of users; reads only')
    .action(plan)

  moving(migrate.command('run'))
    .option('--dry-run', 'make every check against both vendors, and write nothing')
    .description('move everybody who has not moved yet')
    .action(run)

  moving(migrate.command('resume')).description('go on with a run that was stopped, and try failed users again').action(resume)

  compared(migrate.command('verify')).description('compare source and target, field by field').action(verify)

  confirmed(withLimits(withPolicy(withLedger(withSides(migrate.command('undo'))))))
    .option('--include-claimed', 'also those who have come since')
    .description('remove from the target what this ledger created, and nothing else')
    .action(undo)

  confirmed(withPolicy(withLedger(withSides(migrate.command('purge')))))
    .description('erase the personal data in the ledger')
    .action(purge)

  withSidesUnread(withLedger(migrate.command('status')))
    .description('say how far the ledger is')
    .action(status)

  withSidesUnread(withLedger(migrate.command('report')))
    .requiredOption('--out <file>', 'where the page goes')
    .option('--with-ids', 'name the ids of users')
    .description('write a page about the ledger, whatever its state')
    .action(report)
}
