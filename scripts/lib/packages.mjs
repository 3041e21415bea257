import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must, pnpm, root } from './run.mjs'

/** Every package that is published: its folder and its package.json. */
export const published = () =>
  readdirSync(`${root}/packages`)
    .map((name) => ({
      folder: `${root}/packages/${name}`,
      manifest: JSON.parse(readFileSync(`${root}/packages/${name}/package.json`, 'utf8')),
    }))
    .filter(({ manifest }) => manifest.private !== true)

/** What an app can write after `from`, one for each entry of the packages. */
export const entries = ({ name, exports }) => Object.keys(exports).map((path) => name + path.slice(1))

/** A new folder that is gone when the process ends. */
export const temporaryFolder = () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'userport-')))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** The tarballs as they would be published, in `folder`: package name → file. Packs them unless they are there already. */
export const tarballs = async (folder) => {
  const packages = published()
  const file = ({ manifest: { name, version } }) => join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
  if (!readdirSync(folder).some((name) => name.endsWith('.tgz'))) {
    await must(...pnpm('--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder))
  }
  return Object.fromEntries(packages.map((each) => [each.manifest.name, file(each)]))
}
