import { readFile } from 'node:fs/promises'

/** A TypeScript block of a README, as a module that a test can run. */
export interface Snippet {
  readonly name: string
  readonly module: string
}

const statement = /^import [^\n]*$/gm

const declared = (body: string): ReadonlySet<string> =>
  new Set(
    [...body.matchAll(/^const (?:\{([^}]*)\}|(\w+))/gm)].flatMap(([, several, one]) =>
      (several ?? one ?? '').split(',').map((name) => name.split(':').pop()?.trim() ?? ''),
    ),
  )

/** What the words of a README stand for when its snippets run: everything a reader would have at hand. */
const given = [
  'provider',
  'users',
  'username',
  'password',
  'newPassword',
  'email',
  'folder',
  'site',
  'appId',
  'appKey',
  'render',
  'show',
  'moveMyOwnDataTo',
  'askForCode',
  'linkThatWasOpened',
  'passphrase',
  'localStorage',
  'kiiConfig',
  'kiiAdmin',
  'kinveyConfig',
  'kinveyAdmin',
] as const

/** What an earlier snippet of the page imported. */
const known = { createUserProvider: 'userport', toPromises: '@userport/core' } as const

const toModule = (code: string): string => {
  const named = code.match(statement) ?? []
  const missing = Object.entries(known).filter(([name]) => new RegExp(`\\b${name}\\(`).test(code) && !named.join().includes(name))
  const imports = [...named, ...missing.map(([name, from]) => `import { ${name} } from '${from}'`)]
  const body = code.replace(statement, '').trim()
  const own = declared(body)
  const names = given.filter((name) => !own.has(name))
  return [
    ...imports,
    `import type { Given } from '../test/given.js'`,
    '',
    `export default async ({ ${names.join(', ')} }: Given): Promise<void> => {`,
    body,
    '}',
    '',
  ].join('\n')
}

/** The snippets of one README, in order. */
export const snippetsOf = async (readme: string): Promise<readonly Snippet[]> => {
  const text = await readFile(new URL(`../../${readme}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ''], index) => ({
    name: `${readme.replace(/\W+/g, '-')}-${index + 1}`.toLowerCase(),
    module: toModule(code),
  }))
}
