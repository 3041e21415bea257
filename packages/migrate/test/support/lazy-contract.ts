import { describeUserProvider, requirements } from '@userport/contract'
import { startSandbox } from '@userport/sandbox'
import { afterAll } from 'vitest'
import { appAt, controlOf, moving, pairs, type VendorKey } from './lazy-vendors.js'

/** Faults and deadlines mostly wait; they are the same code for every pair. With `USERPORT_FULL_CONTRACT` they run everywhere. */
const isWaiting = (id: string): boolean => id.startsWith('FLT-') || id.startsWith('CAN-')
const beginningOf = (id: string): string => `${id.split('-')[0]}-`
const quick = [...new Set(requirements.filter(({ id }) => !isWaiting(id)).map(({ id }) => beginningOf(id)))]

/** The contract for whoever moves to a vendor, from each of the others; with all that waits only from `full`. */
export const describeMovesTo = async (to: VendorKey, full: readonly VendorKey[]): Promise<void> => {
  const sandbox = await startSandbox()
  afterAll(() => sandbox.stop())
  for (const { from } of pairs.filter((pair) => pair.to === to)) {
    const [source, target] = [appAt(sandbox, from, `${from}-before-${to}`), appAt(sandbox, to, `${to}-after-${from}`)]
    const everything = full.includes(from) || process.env.USERPORT_FULL_CONTRACT !== undefined
    describeUserProvider({
      name: `migrating: ${from} → ${to}`,
      ...(everything ? {} : { only: quick }),
      create: (options) => moving(source, target, options),
      control: controlOf(source, target),
    })
  }
}
