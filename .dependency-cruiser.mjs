import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'

const vendor = 'kii|kinvey|monaca'
const compat = '[^/]+-compat'
const source = (names, files = '') => `(?:^|/)packages/(${names})/src/${files}`
const npmOtherThan = (...names) => `node_modules/(?!\\.pnpm/|(?:${names.join('|')})/)`
const anyOfOurs = (except) => `(?:^|/)packages/(?!(?:${except})/)`
const nodeModules = `^(node:)?(${builtinModules.join('|')})$`

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

// The compiler and the tests also find what only the root declares; an app that installs the package would not.
const packages = new URL('packages/', import.meta.url)
const importsAreDeclared = readdirSync(packages).map((folder) => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), 'utf8'))
  const declared = Object.keys({ ...dependencies, ...peerDependencies })
  const ours = declared.map((name) => name.replace('@userport/', ''))
  return forbid(
    'imports-are-declared',
    'The package.json of a package names what its source imports.',
    { path: source(folder) },
    { path: [npmOtherThan(...declared), anyOfOurs([folder, ...ours].join('|'))] },
  )
})

/** Who may import whom: the table of the architecture. Each rule is proved by a file under scripts/planted that breaks it. */
export default {
  forbidden: [
    ...importsAreDeclared,
    forbid('core-imports-nothing-of-ours', 'The port knows no vendor.', { path: source('core') }, { path: anyOfOurs('core') }),
    forbid(
      'core-uses-three-libraries',
      'core stands on fp-ts, io-ts and axios; undici only behind its own entry.',
      { path: source('core'), pathNot: source('core', 'undici\\.ts$') },
      { path: npmOtherThan('fp-ts', 'io-ts', 'axios') },
    ),
    forbid(
      'axios-in-one-place',
      'Only core/src/http*.ts talks to axios.',
      { path: '(^|/)packages/[^/]+/src/', pathNot: source('core', 'http[^/]*\\.ts$') },
      { path: 'node_modules/axios/' },
    ),
    forbid(
      'browser-entries-stay-free-of-node',
      'What a browser loads reaches no Node module; those live behind entries of their own (node, undici, directory; of migrate all but lazy).',
      { path: [source(`core|${vendor}`, '(index|memory|fetch)\\.ts$'), source('migrate', 'lazy\\.ts$')] },
      { path: nodeModules, reachable: true },
    ),
    forbid(
      'vendor-imports-only-core',
      'A vendor package never imports another vendor, the sandbox or the suite.',
      { path: source(vendor) },
      { path: anyOfOurs('core|$1') },
    ),
    forbid(
      'vendor-uses-two-libraries',
      'HTTP is the business of core: a vendor needs fp-ts and io-ts only. What reads an export of users is behind the directory entry.',
      { path: source(vendor), pathNot: source(vendor, 'directory/export[^/]*\\.ts$') },
      { path: npmOtherThan('fp-ts', 'io-ts', '@userport') },
    ),
    forbid(
      'contract-imports-only-core',
      'The suite judges any provider, so it knows none.',
      { path: source('contract') },
      { path: [anyOfOurs('contract|core'), npmOtherThan('vitest', 'fp-ts', 'io-ts', '@userport')] },
    ),
    forbid(
      'sandbox-imports-nothing-of-ours',
      'A server that shared our codecs would agree with their mistakes; its tests and oracles neither.',
      { path: '(^|/)packages/sandbox/' },
      { path: anyOfOurs('sandbox') },
    ),
    forbid(
      'migrate-knows-no-vendor',
      'It gets its directories handed in.',
      { path: source('migrate') },
      { path: anyOfOurs('core|migrate') },
    ),
    forbid('compat-imports-only-core', 'An old API over any provider.', { path: source(compat) }, { path: anyOfOurs('core|$1') }),
    forbid(
      'source-never-imports-tests',
      'Tests, oracles and examples are not shipped.',
      { path: source('[^/]+') },
      { path: '(^|/)(packages/[^/]+/(test|oracles)|examples)/' },
    ),
    forbid('no-cycle', 'Two files that need each other are one file, or three.', {}, { circular: true }),
    forbid('no-unresolved', 'An import that nothing answers would also escape every other rule.', {}, { couldNotResolve: true }),
    forbid('no-build-output', 'Rules see source, never a build that may be stale.', {}, { path: '(^|/)packages/[^/]+/dist/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'types', 'node', 'import', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
