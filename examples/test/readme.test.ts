import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { toPromises } from '@userport/core'
import { type Sandbox, startSandbox } from '@userport/sandbox'
import { createUserProvider } from 'userport'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Given, prepare } from './given.js'
import { snippetsOf } from './snippets.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = fileURLToPath(new URL('../.snippets', import.meta.url))
const readmes = ['README.md', 'packages/userport/README.md', 'packages/sandbox/README.md', 'packages/migrate/README.md']
const snippets = (await Promise.all(readmes.map(snippetsOf))).flat()

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['kii', 'kinvey'] })
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await Promise.all(snippets.map(({ name, module }) => writeFile(`${folder}/${name}.ts`, module)))
  await writeFile(
    `${folder}/tsconfig.json`,
    JSON.stringify({
      extends: '../../tsconfig.test.json',
      compilerOptions: {
        incremental: false,
        customConditions: [],
        rootDir: '../..',
        noUnusedLocals: false,
        noUnusedParameters: false,
        exactOptionalPropertyTypes: true,
      },
      include: ['*.ts'],
      exclude: [],
    }),
  )
})
afterAll(async () => {
  await sandbox.stop()
  await rm(folder, { recursive: true, force: true })
})

const run = async (name: string): Promise<void> => {
  const module = (await import(`${folder}/${name}.ts`)) as { readonly default: (given: Given) => Promise<void> }
  await module.default(await prepare(sandbox))
}

describe('the snippets of the READMEs', () => {
  it('are there', () => expect(snippets.length).toBeGreaterThanOrEqual(11))

  it('compile', async () => {
    const checked = await promisify(execFile)(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', folder], {
      cwd: root,
    }).then(
      () => '',
      ({ stdout }: { readonly stdout: string }) => stdout,
    )
    expect(checked).toBe('')
  })

  it.each(snippets.map(({ name }) => name))('%s runs', async (name) => {
    await expect(run(name)).resolves.toBeUndefined()
  })

  it('the first one keeps the anonymous user’s data when the name is taken', async () => {
    const before = await prepare(sandbox)
    await before.users.signUp({ identifiers: { username: 'alice' }, password: before.password })
    const module = (await import(`${folder}/readme-md-1.ts`)) as { readonly default: (given: Given) => Promise<void> }
    await module.default(before)
    const users = toPromises(await createUserProvider())
    const alice = await users.signIn({ identifier: { username: 'alice' }, password: before.password })
    expect(alice.kind).toBe('registered')
  })
})
