import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.js'

// `source`: tests run on the TypeScript of every package, never on a build that may be stale.
const conditions = ['source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { projects, passWithNoTests: false, testTimeout: 10_000 },
})
