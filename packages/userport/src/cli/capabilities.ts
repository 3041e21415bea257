import { capabilityMarkdown, capabilityTable } from '../capability-table.js'
import { aligned } from './aligned.js'
import { fail } from './fail.js'

export const showCapabilities = async ({ format }: { readonly format: string }): Promise<void> => {
  const { vendors, rows } = await capabilityTable()
  switch (format) {
    case 'json':
      process.stdout.write(`${JSON.stringify({ vendors, rows }, null, 2)}\n`)
      return
    case 'md':
      process.stdout.write(`${await capabilityMarkdown()}\n`)
      return
    case 'table':
      process.stdout.write(
        `${aligned([['capability', ...vendors], ...rows.map((row) => [row.capability, ...vendors.map((name) => row.vendors[name] ?? '')])])}\n`,
      )
      return
    default:
      fail(`--format: "${format}" is not one of table, json, md.`)
  }
}
