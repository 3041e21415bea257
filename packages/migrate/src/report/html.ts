/** Markup that is safe to write out: only `html` makes it. */
export interface Html {
  readonly markup: string
}

type Part = string | number | Html | readonly Html[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** The text as it may stand in an element or in a quoted attribute. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

const markupOf = (part: Part): string => {
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}

/** A template whose values are escaped, unless they are markup themselves. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: texts.map((text, at) => text + (at < parts.length ? markupOf(parts[at] as Part) : '')).join(''),
})

/** A stylesheet: nothing in it comes from a user, and escaping would break it. */
export const styleElement = (css: string): Html => ({ markup: `<style>${css}</style>` })

export const nothing: Html = { markup: '' }
