// Makes a fresh clone ready: installs what the lockfile names when it has changed, then builds what has changed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}node_modules/.userport-lockfile`
const wanted = createHash('sha256')
  .update(readFileSync(`${root}pnpm-lock.yaml`))
  .digest('hex')

const run = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}\n${command} ${args.join(' ')} failed\n`)
    process.exit(status ?? 1)
  }
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing dependencies …')
  run('npx', [
    '--yes',
    '--prefer-offline',
    'pnpm@10.34.9',
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--config.confirm-modules-purge=false',
  ])
  writeFileSync(stamp, wanted)
}
run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b'])
run(process.execPath, [`${root}scripts/bundle.mjs`])
