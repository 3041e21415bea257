import { placesFor } from '../directories/admin-keys.js'

const keyWords = [
  'secret',
  'password',
  'passphrase',
  'token',
  'apikey',
  'appkey',
  'adminkey',
  'masterkey',
  'managementkey',
  'ledgerkey',
  'clientid',
  'credential',
]

const bare = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')

const isKeyFlag = (flag: string): boolean => flag === '--key' || keyWords.some((word) => bare(flag).includes(word))

const holdsPassword = (text: string): boolean =>
  (URL.canParse(text) && new URL(text).password !== '') ||
  /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:(?!\d*\/)[^@\s]+@/i.test(text) ||
  /(?:[?&]|^|\s)(?:password|passfile)\s*=/i.test(text)

const reason = 'Keys are not taken from arguments: every process of this machine can read them, and the shell remembers them.'

const advice = (flag: string): string => {
  const name = bare(flag)
  if (name.includes('ledger') || name === 'key') return 'Set USERPORT_LEDGER_KEY.'
  const key = ['clientSecret', 'masterSecret', 'managementKey', 'clientId'].find((known) => name.includes(known.toLowerCase()))
  if (key === undefined) return 'Put them into the environment, or into a file that the configuration names.'
  return placesFor(name.includes('from') ? 'from' : name.includes('to') || key === 'masterSecret' ? 'to' : 'from', key)
}

/** Why the arguments of a command are refused: one of them is, or holds, a key. Never repeats its value. */
export const keyInArguments = (args: readonly string[]): string | undefined => {
  for (const argument of args) {
    const [flag = '', ...rest] = argument.split('=')
    if (flag.startsWith('--') && isKeyFlag(flag)) return `${flag}: ${reason} ${advice(flag)}`
    if (holdsPassword(flag.startsWith('--') ? rest.join('=') : argument)) {
      return `An address with a password was given. ${reason} Put the whole address into USERPORT_LEDGER, or the password into PGPASSWORD.`
    }
  }
  return undefined
}
