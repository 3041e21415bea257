import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.js'

// `source`: tests run on the TypeScript of every package, never on a build that may be stale.
// Without `import`, which Vite adds where it belongs: Node would take it for `require` too, and pg cannot live with that.
const conditions = ['source', 'node', 'default']

// More workers than a small machine has cores: the tests of the contract mostly wait, for deadlines and silent servers.
const maxWorkers = Math.max(4, availableParallelism())

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { projects, passWithNoTests: false, testTimeout: 10_000, maxWorkers },
})
