// One of several workers of a shared run, as a process of its own. Prints its outcome as JSON.
import { createKiiDirectory } from '@userport/kii/directory'
import { createKinveyDirectory } from '@userport/kinvey/directory'
import { runShared } from '@userport/migrate'

const { kii, kinvey, ...options } = JSON.parse(process.argv[2])
const leaving = new AbortController()
process.once('SIGTERM', () => leaving.abort())
const run = runShared(
  {
    ...options,
    from: createKiiDirectory(kii),
    to: createKinveyDirectory(kinvey),
    onProgress: ({ done }) => process.stderr.write(`${done}\n`),
  },
  { signal: leaving.signal },
)
console.log(JSON.stringify(await run()))
