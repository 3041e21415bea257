import { type Html, html, styleElement } from './html.js'
import { overview, ratesSection } from './overview.js'
import type { ReportData } from './report-data.js'
import {
  idsSection,
  lossesSection,
  planSection,
  problemsSection,
  runSection,
  statesSection,
  tailSection,
  verificationSection,
} from './sections.js'
import { totalsOf } from './states.js'
import { stylesheet } from './style.js'
import { moment, users } from './words.js'

// Even if something got past the escaping, nothing would be run or fetched.
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

const vendorTitles: Readonly<Record<string, string>> = { kii: 'Kii Cloud', kinvey: 'Kinvey', monaca: 'Monaca Backend' }

const titled = (vendor: string): string => vendorTitles[vendor] ?? vendor

const titleOf = ({ from, to }: ReportData): string =>
  from === undefined || to === undefined ? 'Migration of users' : `From ${titled(from)} to ${titled(to)}`

const summary = ({ status: { counts, progress } }: ReportData): string => {
  const { pending, failed, all } = totalsOf(counts)
  if (all === 0) return 'Not begun.'
  if (progress.finishedAt === null) return `Not finished: ${users(pending)} not done yet, as far as the source was read.`
  return failed === 0 ? 'Finished. Everybody is where the policy wants them.' : `Finished, except ${users(failed)} that could not be moved.`
}

const page = (data: ReportData): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${titleOf(data)}</title>
${styleElement(stylesheet())}
</head>
<body>
<header><h1>${titleOf(data)}</h1><p>${summary(data)} As of ${moment(data.at)}.</p></header>
<main>
${overview(data)}
${ratesSection(data)}
${statesSection(data)}
${lossesSection(data)}
${problemsSection(data)}
${verificationSection(data)}
${tailSection(data)}
${planSection(data)}
${idsSection(data)}
${runSection(data)}
</main>
</body>
</html>
`

/**
 * A run as one HTML page that asks nobody for anything: no script, no request, light and dark, fit for a phone.
 * It holds numbers of users and what happened to them; ids only where `data.ids` is given, and never a name or an address.
 */
export const renderReport = (data: ReportData): string => page(data).markup
