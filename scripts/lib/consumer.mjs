import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { published } from './packages.mjs'
import { must, pnpm, root } from './run.mjs'

const linkTo = (folder, name) => {
  const found = [join(folder, 'node_modules', name), join(root, 'node_modules', name)].find((path) => existsSync(path))
  if (found === undefined) throw new Error(`${name} is not installed in the workspace`)
  return `link:${realpathSync(found)}`
}

const outsiders = (ours) =>
  published().flatMap(({ folder, manifest: { dependencies = {}, peerDependencies = {} } }) =>
    Object.keys({ ...dependencies, ...peerDependencies })
      .filter((name) => !(name in ours))
      .map((name) => [name, linkTo(folder, name)]),
  )

/**
 * Installs the tarballs in `folder` as an app would, without any network: what they depend on is linked from the workspace.
 * `hoist: false`: a package that imports what it does not declare finds nothing.
 */
export const installConsumer = async (folder, files) => {
  const ours = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, `file:${file}`]))
  const overrides = { ...ours, ...Object.fromEntries(outsiders(ours)) }
  const types = { '@types/node': linkTo(root, '@types/node') }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: { ...overrides, ...types } }))
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify({ overrides, hoist: false, autoInstallPeers: false }))
  await must(...pnpm('install', '--offline', '--no-lockfile'), { cwd: folder })
  return (name) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
}
