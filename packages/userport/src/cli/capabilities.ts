import { capabilityMarkdown, capabilityTable } from '../capability-table.js'
import { fail } from './fail.js'

const aligned = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

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
