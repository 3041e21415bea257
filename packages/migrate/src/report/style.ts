import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const own = `
:root{--moved:#2b7a4b;--stayed:#8a6d1d;--failed:#b3261e;--pending:#5f6b7a;--undone:#7a4f9e;--waiting:#1f6fb2}
@media (prefers-color-scheme:dark){:root{--moved:#5fbf86;--stayed:#d3ae4c;--failed:#f2867d;--pending:#97a3b3;--undone:#bf97e0;--waiting:#6db3ee}}
:root{--pico-font-size:100%}
body>header{padding-block:1.5rem 0}
body>main{padding-block:.5rem 2rem}
body>header,body>main,body>footer{max-width:60rem;padding-inline:var(--pico-block-spacing-horizontal)}
section{margin-bottom:2.25rem}
h1{margin-bottom:.25rem;font-size:1.7rem}
h2{margin-bottom:.5rem;font-size:1.25rem}
.scroll{overflow-x:auto;margin-bottom:1.25rem}
.scroll:focus-visible{outline:2px solid var(--pico-primary);outline-offset:2px}
table{margin:0}
caption{padding:.25rem 0;text-align:start;color:var(--pico-muted-color);font-size:.875rem}
th,td{padding:.4rem .75rem .4rem 0;vertical-align:top;overflow-wrap:break-word}
.words:last-child{min-width:12rem}
.figures{text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}
thead th{font-weight:600}
tbody th{font-weight:400}
time{white-space:nowrap}
.bar{display:block;width:100%;height:.9rem;border-radius:.25rem;margin-bottom:1rem}
.totals{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:0}
.totals>div{padding:.25rem 0 .25rem .75rem;border-inline-start:.25rem solid var(--tone)}
.totals dt{font-weight:400;color:var(--pico-muted-color);font-size:.875rem}
.totals dd{margin:0;padding:0;font-size:1.4rem;font-variant-numeric:tabular-nums}
.totals small{margin-inline-start:.5rem;font-size:.875rem;color:var(--pico-muted-color)}
${['moved', 'stayed', 'failed', 'pending', 'undone', 'waiting'].map((part) => `.${part}{--tone:var(--${part});fill:var(--${part})}`).join('')}
figure{margin:0;max-width:44rem}
figcaption{padding:0;font-size:.875rem;color:var(--pico-muted-color)}
.chart{display:block;width:100%;height:auto}
.chart text{font-size:12px;fill:var(--pico-muted-color);font-variant-numeric:tabular-nums}
.chart .grid line{stroke:var(--pico-muted-border-color);vector-effect:non-scaling-stroke}
.chart .area{fill:var(--waiting);opacity:.15}
.chart .line{fill:none;stroke:var(--waiting);stroke-width:2;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.chart .ceiling{stroke:var(--failed);stroke-width:1.5;stroke-dasharray:6 4;vector-effect:non-scaling-stroke}
.chart .ceiling-label{fill:var(--failed)}
@media (min-width:45rem){.chart text{font-size:8px}}
`

const require = createRequire(import.meta.url)

let pico: string | undefined

/** Everything the page looks by: Pico’s rules for plain elements, and the few of our own. */
export const stylesheet = (): string => {
  pico ??= readFileSync(require.resolve('@picocss/pico/css/pico.classless.min.css'), 'utf8').replace(/^\uFEFF?@charset "[^"]*";/, '')
  return pico + own
}
