import { mkdir, rm, writeFile } from 'node:fs/promises'
import { root, run } from '../lib/run.mjs'

const shared = `import type {
  Capabilities, MissingOperation, ProviderOptions, SignOutReport, User, UserDirectory, UserError, UserProvider,
} from '@userport/core'
import type * as kii from '@userport/kii'
import type * as kinvey from '@userport/kinvey'
import type * as monaca from '@userport/monaca'

// An index signature takes any name, so it counts for none.
type Named<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: T[Name] }
type Member<T, Name extends Named<T>> = T[Name]
type Operation<C extends Capabilities, Name extends Exclude<keyof UserProvider, MissingOperation<C>>> = UserProvider[Name]
`

const factory = { kii: 'createKii', kinvey: 'createKinvey', monaca: 'createMonaca' }
const config = { kii: 'KiiConfig', kinvey: 'KinveyConfig', monaca: 'MonacaConfig' }

/** Where a name with a point is looked for, by what is before the point. */
const roots = {
  user: () => 'User',
  report: () => 'SignOutReport',
  options: () => 'ProviderOptions',
  directory: () => 'UserDirectory',
  error: () => '{ [Tag in UserError["_tag"]]: Tag }',
  config: (vendor) => `${vendor}.${config[vendor]}`,
  capabilities: (vendor) => `typeof ${vendor}.capabilities`,
  extension: (vendor) => `ReturnType<typeof ${vendor}.${factory[vendor]}>['extension']`,
  package: (vendor) => `typeof ${vendor}`,
}

const typeOf = ({ vendor, name }) => {
  const [first, ...path] = name.split('.')
  if (path.length === 0) return `Operation<typeof ${vendor}.capabilities, '${name}'>`
  const from = Object.hasOwn(roots, first) ? roots[first](vendor) : `'${first}'`
  return path.reduce((type, part) => `Member<NonNullable<${type}>, '${part}'>`, from)
}

/**
 * Those among the names that the types of a vendor do not have: operations it lacks, and members that do not exist.
 * A name is an operation of the provider, or `user.email.pending`, `config.…`, `extension.…` and the like. The compiler is asked.
 */
export const unknownNames = async (names) => {
  const folder = `${root}/node_modules/.cache/userport-coverage-${process.pid}`
  const before = shared.split('\n').length
  const lines = names.map((each, at) => `export type Name${at} = ${typeOf(each)}`)
  const compilerOptions = { incremental: false, rootDir: root, skipLibCheck: true, noUnusedLocals: false }
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}/names.ts`, [shared, ...lines, ''].join('\n'))
  await writeFile(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: `${root}/tsconfig.test.json`, compilerOptions, files: ['names.ts'], include: [], exclude: [] }),
  )
  const { output } = await run(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', folder, '--pretty', 'false'])
  await rm(folder, { recursive: true })
  const wrong = [...output.matchAll(/names\.ts\((\d+),\d+\): error (.*)/g)].map(([, line, message]) => ({
    at: Number(line) - before - 1,
    message,
  }))
  const elsewhere = wrong.find(({ at }) => at < 0)
  if (elsewhere !== undefined || /^error TS/m.test(output)) throw new Error(`the names cannot be looked up\n${output}`)
  return [...new Set(wrong.map(({ at }) => at))].map((at) => names[at])
}
