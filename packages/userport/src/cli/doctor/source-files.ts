import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Lang, parse } from '@ast-grep/napi'

/** A piece of source that is parsed by itself. */
export interface Source {
  /** Relative to the folder that was asked for. */
  readonly file: string
  readonly language: Lang
  readonly text: string
  /** What of the file is before it: lines, and in the line that it begins in. */
  readonly before: { readonly lines: number; readonly columns: number }
}

const languages: Readonly<Record<string, Lang>> = {
  '.ts': Lang.TypeScript,
  '.mts': Lang.TypeScript,
  '.cts': Lang.TypeScript,
  '.tsx': Lang.Tsx,
  '.js': Lang.JavaScript,
  '.jsx': Lang.JavaScript,
  '.mjs': Lang.JavaScript,
  '.cjs': Lang.JavaScript,
}

const pages = ['.html', '.htm', '.vue', '.svelte']

const othersFolders = new Set(['node_modules', 'bower_components', 'dist', 'build', 'coverage', 'platforms', 'plugins'])

// A copy of a vendor's SDK that lies in the app's folder is not the app.
const notOfTheApp =
  /\.min\.js$|\.d\.ts$|^(?:KiiSDK|kinvey-[\w-]*(?:sdk|html5|angular2?|phonegap|nativescript|backbone|titanium)[\w.-]*)\.js$/i

/** Files beyond that are made by tools. */
const mostBytes = 1_000_000

const scriptsIn = (file: string, text: string): readonly Source[] =>
  parse(Lang.Html, text)
    .root()
    .findAll({ rule: { kind: 'script_element' } })
    .flatMap((node) => {
      const children = node.children()
      const script = children.find((child) => child.kind() === 'raw_text')
      if (script === undefined || script.text().trim() === '') return []
      const language = /\blang=["']?tsx?\b/.test(children[0]?.text() ?? '') ? Lang.TypeScript : Lang.JavaScript
      const { line, column } = script.range().start
      return [{ file, language, text: script.text(), before: { lines: line, columns: column } }]
    })

const sourcesIn = async (folder: string, file: string): Promise<readonly Source[]> => {
  const kind = extname(file).toLowerCase()
  const language = languages[kind]
  if (language === undefined && !pages.includes(kind)) return []
  const path = join(folder, file)
  if ((await stat(path)).size > mostBytes) return []
  const text = await readFile(path, 'utf8')
  return language === undefined ? scriptsIn(file, text) : [{ file, language, text, before: { lines: 0, columns: 0 } }]
}

async function* filesIn(folder: string, inside = ''): AsyncGenerator<string, void, undefined> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true })
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(inside, entry.name)
    if (entry.isDirectory() && !othersFolders.has(entry.name) && !entry.name.startsWith('.')) yield* filesIn(folder, path)
    if (entry.isFile() && !notOfTheApp.test(entry.name)) yield path
  }
}

/** Every script and every script of a page in a folder, without what tools and others put there. Rejects as `node:fs` does. */
export async function* sourcesOf(folder: string): AsyncGenerator<Source, void, undefined> {
  for await (const file of filesIn(folder)) yield* await sourcesIn(folder, file)
}
