import { type Sandbox, startSandbox, type Vendor } from '@userport/sandbox'
import { isKnownVendor, type KnownVendor, vendorNames } from '../vendors.js'
import { fail } from './fail.js'

interface SandboxFlags {
  readonly port?: string
  readonly vendor?: readonly string[]
  readonly data?: string
  readonly app: string
  readonly json?: boolean
}

const parsePort = (text: string | undefined): number | undefined => {
  if (text === undefined) return 0
  const port = Number(text)
  return /^\d+$/.test(text) && port <= 65_535 ? port : undefined
}

const describe = (sandbox: Sandbox, connections: Readonly<Record<string, Readonly<Record<string, string>>>>): string =>
  [
    `The sandbox listens on ${sandbox.origin} (this machine only). Any app id works.`,
    ...Object.entries(connections).map(([vendor, values]) =>
      [`\n${vendor}`, ...Object.entries(values).map(([key, value]) => `  ${key.padEnd(14)} ${value}`)].join('\n'),
    ),
    `\ncontrol          ${sandbox.origin}/_sandbox`,
    '\nStop it with Ctrl-C.\n',
  ].join('\n')

const started = async (port: number, vendors: readonly Vendor[], data: string | undefined): Promise<Sandbox | undefined> => {
  try {
    return await startSandbox({ port, vendors: [...vendors], ...(data === undefined ? {} : { dataFile: data }) })
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string }
    fail(code === 'EADDRINUSE' ? `Port ${port} is in use.` : message)
    return undefined
  }
}

export const runSandbox = async ({ port, vendor = vendorNames, data, app, json }: SandboxFlags): Promise<void> => {
  const number = parsePort(port)
  if (number === undefined) return fail(`--port: "${port}" is not a port number (0 to 65535).`)
  const unknown = vendor.find((name) => !isKnownVendor(name))
  if (unknown !== undefined) return fail(`--vendor: "${unknown}" is not one of ${vendorNames.join(', ')}.`)
  const chosen = vendor as readonly KnownVendor[]
  const sandbox = await started(number, chosen, data)
  if (sandbox === undefined) return
  const connections = Object.fromEntries(chosen.map((name) => [name, sandbox.connection(name, app)]))
  process.stdout.write(json === true ? `${JSON.stringify({ ...connections, control: `${sandbox.origin}/_sandbox` })}\n` : describe(sandbox, connections))
  const stop = (): void => void sandbox.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
