import { describeUserProvider } from '@userport/contract'
import { startSandbox } from '@userport/sandbox'
import { afterAll } from 'vitest'
import { appAt, controlOf, moving, pairs, type VendorKey } from './lazy-vendors.js'

/** The whole contract for whoever moves to a vendor, from each of the others. */
export const describeMovesTo = async (to: VendorKey): Promise<void> => {
  const sandbox = await startSandbox()
  afterAll(() => sandbox.stop())
  for (const { from } of pairs.filter((pair) => pair.to === to)) {
    const [source, target] = [appAt(sandbox, from, `${from}-before-${to}`), appAt(sandbox, to, `${to}-after-${from}`)]
    describeUserProvider({
      name: `migrating: ${from} → ${to}`,
      create: (options) => moving(source, target, options),
      control: controlOf(source, target),
    })
  }
}
