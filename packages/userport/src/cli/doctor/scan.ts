import { type KnownVendor, vendorNames } from '../../vendors.js'
import { type FoundCall, findCalls } from './find-calls.js'
import { loadSdks } from './sdk.js'
import { sourcesOf } from './source-files.js'

export interface CallInSource extends FoundCall {
  /** Whose SDK it is. */
  readonly vendor: KnownVendor
  /** Relative to the folder. */
  readonly file: string
}

export interface Scan {
  readonly files: number
  readonly calls: readonly CallInSource[]
}

/** The calls of all vendors' SDKs in a folder. Rejects as `node:fs` does. */
export const scanFolder = async (folder: string): Promise<Scan> => {
  const sdks = await loadSdks()
  const used = new Set<KnownVendor>()
  const files = new Set<string>()
  const calls: CallInSource[] = []
  for await (const source of sourcesOf(folder)) {
    files.add(source.file)
    for (const vendor of vendorNames) {
      if (new RegExp(sdks[vendor].marker).test(source.text)) used.add(vendor)
      const { file, before } = source
      for (const call of findCalls(source, sdks[vendor])) {
        const column = call.line === 1 ? call.column + before.columns : call.column
        calls.push({ ...call, vendor, file, line: call.line + before.lines, column })
      }
    }
  }
  // What only sounds like a call of an SDK is none in an app that does not use the SDK.
  return { files: files.size, calls: calls.filter(({ vendor }) => used.has(vendor)) }
}
