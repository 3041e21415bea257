import { writeFile } from 'node:fs/promises'
import { type Sandbox, type SandboxOptions, startSandbox } from '@userport/sandbox'
import { isKnownVendor, type KnownVendor, vendorNames } from '../vendors.js'
import { fail } from './fail.js'

interface SandboxFlags {
  readonly port?: string
  readonly vendor?: readonly string[]
  readonly data?: string
  readonly tls?: boolean
  readonly certificate?: string
  readonly app: string
  readonly json?: boolean
}

const parsePort = (text: string | undefined): number | undefined => {
  if (text === undefined) return 0
  const port = Number(text)
  return /^\d+$/.test(text) && port <= 65_535 ? port : undefined
}

const trustOf = (sandbox: Sandbox, file: string | undefined): readonly string[] => {
  if (sandbox.certificate === undefined) return []
  return [
    file === undefined
      ? '\nIts certificate is new at each start: --certificate FILE writes it.'
      : `\nFor Node to trust it: NODE_EXTRA_CA_CERTS=${file}`,
  ]
}

const describe = (
  sandbox: Sandbox,
  connections: Readonly<Record<string, Readonly<Record<string, string>>>>,
  certificateFile: string | undefined,
): string =>
  [
    `The sandbox listens on ${sandbox.origin} (this machine only). Any app id works; --app ID prints its keys.`,
    ...Object.entries(connections).map(([vendor, values]) =>
      [`\n${vendor}`, ...Object.entries(values).map(([key, value]) => `  ${key.padEnd(14)} ${value}`)].join('\n'),
    ),
    `\ncontrol          ${sandbox.origin}/_sandbox`,
    `in a browser     ${sandbox.origin}/_sandbox/console`,
    ...trustOf(sandbox, certificateFile),
    '\nStop it with Ctrl-C.\n',
  ].join('\n')

const started = async (options: SandboxOptions, certificateFile: string | undefined): Promise<Sandbox | undefined> => {
  let sandbox: Sandbox | undefined
  try {
    sandbox = await startSandbox(options)
    if (certificateFile !== undefined) await writeFile(certificateFile, sandbox.certificate ?? '')
    return sandbox
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string }
    fail(code === 'EADDRINUSE' ? `Port ${options.port} is in use.` : message)
    await sandbox?.stop()
    return undefined
  }
}

export const runSandbox = async ({
  port,
  vendor = vendorNames,
  data,
  tls = false,
  certificate,
  app,
  json,
}: SandboxFlags): Promise<void> => {
  const number = parsePort(port)
  if (number === undefined) return fail(`--port: "${port}" is not a port number (0 to 65535).`)
  const unknown = vendor.find((name) => !isKnownVendor(name))
  if (unknown !== undefined) return fail(`--vendor: "${unknown}" is not one of ${vendorNames.join(', ')}.`)
  if (certificate !== undefined && !tls) return fail('--certificate: there is one only with --tls.')
  const chosen = vendor as readonly KnownVendor[]
  const sandbox = await started({ port: number, vendors: chosen, tls, ...(data === undefined ? {} : { dataFile: data }) }, certificate)
  if (sandbox === undefined) return
  // Whoever reads where it listens may stop it at once.
  const stop = (): void =>
    void sandbox
      .stop()
      .catch(({ message }: Error) => fail(message))
      .then(() => process.exit())
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const connections = Object.fromEntries(chosen.map((name) => [name, sandbox.connection(name, app)]))
  const { origin, certificate: pem } = sandbox
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ ...connections, control: `${origin}/_sandbox`, ...(pem === undefined ? {} : { certificate: pem }) })}\n`
      : describe(sandbox, connections, certificate),
  )
}
