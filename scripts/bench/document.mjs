import { readFileSync, writeFileSync } from 'node:fs'
import { root } from '../lib/run.mjs'

/** Puts a text between `<!-- name -->` and `<!-- /name -->` of a page in docs. */
export const document = (name, text, pageName = 'performance') => {
  const file = `${root}/docs/${pageName}.md`
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const page = readFileSync(file, 'utf8')
  const [before, rest] = page.split(start)
  const [, after] = (rest ?? '').split(end)
  if (after === undefined) throw new Error(`${file} has no ${start} … ${end}`)
  writeFileSync(file, `${before}${start}\n${text}\n${end}${after}`)
}
