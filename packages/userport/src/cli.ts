import { Command } from 'commander'
import { showCapabilities } from './cli/capabilities.js'
import { checkConfig } from './cli/config-check.js'
import { fail } from './cli/fail.js'
import { keyInArguments } from './cli/keys-in-arguments.js'
import { runSandbox } from './cli/sandbox.js'

let isHeard = true
// Whoever was reading has gone (`… | head`), or the disk is full: what goes on is brought to an end as by Ctrl-C.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (!isHeard) return
  isHeard = false
  if (code !== 'EPIPE') fail(`The output could not be written: ${message}`)
  process.emit('SIGINT')
})

const program = new Command('userport').description('One interface for the users of Kii Cloud, Kinvey and Monaca.').showHelpAfterError()

program
  .command('sandbox')
  .description('start local servers that speak the vendors’ protocols, until stopped')
  .option('--port <number>', 'the port (default: a free one)')
  .option('--vendor <name...>', 'only these vendors')
  .option('--data <file>', 'keep users and settings in this file')
  .option('--tls', 'serve https, with a certificate made at the start')
  .option('--certificate <file>', 'write that certificate to this file, for clients to trust')
  .option('--app <id>', 'the app id in the printed configurations', 'demo')
  .option('--json', 'print one line of JSON')
  .action(runSandbox)

program
  .command('config')
  .description('work with the configuration')
  .command('check')
  .argument('[file]', 'the configuration (default: as the app finds it)')
  .description('find and check the configuration, and print it without its secrets')
  .action(checkConfig)

program
  .command('capabilities')
  .description('what each vendor can do')
  .option('--format <format>', 'table, json or md', 'table')
  .action(showCapabilities)

const migrate = program.command('migrate').description('move all users of one app to another vendor')
const doctor = program.command('doctor').description('say what works, what changes and what is lost when an app goes to another vendor')

const [first = '', ...args] = process.argv.slice(2)
const command = first === 'help' ? args[0] : first
// What these two need takes half a second to load.
if (command === 'migrate') (await import('./cli/migrate.js')).addMigrate(migrate)
if (command === 'doctor') (await import('./cli/doctor.js')).addDoctor(doctor)

const key = command === 'migrate' || command === 'doctor' ? keyInArguments(args) : undefined
if (key === undefined) await program.parseAsync()
else fail(key)
