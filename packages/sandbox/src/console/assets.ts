import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

const own = `
:root{--pico-font-size:100%;--pico-form-element-spacing-vertical:.4rem;--pico-form-element-spacing-horizontal:.7rem}
body>header,body>main{max-width:72rem;padding:1rem var(--pico-block-spacing-horizontal) 0}
body>header>*{margin:0 0 .25rem}
nav ul{flex-wrap:wrap}
nav [aria-current=page]{font-weight:600;text-decoration:underline;text-underline-offset:.3rem}
section{margin-bottom:1.5rem}
.scroll{overflow-x:auto}
td,th{padding-block:.4rem;vertical-align:top}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}
dd{margin:0;overflow-wrap:anywhere}
.actions{display:flex;flex-wrap:wrap;align-items:end;gap:.75rem 1.5rem}
.form{display:flex;flex-wrap:wrap;align-items:end;gap:.75rem 1rem;margin:0}
.form input,.form select,.form button,.form label{width:auto;margin:0}
.form:has(.fields){width:100%}
.form[role=search]{gap:0;flex-wrap:nowrap}
.form[role=search],.form[role=search] input{min-width:0}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:.75rem 1rem;width:100%}
.fields input,.fields select,.fields textarea,.fields label{width:100%;margin:0}
[role=alert]{border-inline-start:.25rem solid var(--pico-del-color);padding-inline-start:1rem}
`

/** Pico’s rules for plain elements, and the few of our own. */
export const stylesheet = (): string => readFileSync(require.resolve('@picocss/pico/css/pico.classless.min.css'), 'utf8') + own

/** htmx, which shows a part of a page anew. */
export const script = (): string => readFileSync(require.resolve('htmx.org/dist/htmx.min.js'), 'utf8')
