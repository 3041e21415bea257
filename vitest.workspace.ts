import type { TestProjectInlineConfiguration } from 'vitest/config'

const project = (name: string, include: readonly string[], more: object = {}): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [...include], ...more },
})

export default [
  ...['core', 'kii', 'kinvey', 'monaca', 'contract', 'migrate', 'userport'].map((name) =>
    project(name, [`packages/${name}/test/**/*.test.ts`]),
  ),
  // Its tests leave nothing behind in the process, so the modules are loaded once, not once a file.
  project('sandbox', ['packages/sandbox/test/**/*.test.ts'], { isolate: false }),
  project('oracles', ['packages/sandbox/oracles/**/*.test.ts'], { testTimeout: 20_000 }),
  project('examples', ['examples/test/**/*.test.ts'], { testTimeout: 30_000 }),
]
