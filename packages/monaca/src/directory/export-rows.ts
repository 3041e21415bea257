import { pipeline, Readable } from 'node:stream'
import { JSONParser } from '@streamparser/json'
import { type CsvError, parse } from 'csv-parse'
import * as E from '#fp-ts/Either'
import * as J from '#fp-ts/Json'

/** How users are written in a file: with a header, as one array, or one in each line. */
export type ExportFormat = 'csv' | 'json' | 'jsonl'

/** A part of the file that is no user. */
export interface BrokenRow {
  /** The line of a CSV or JSON lines file in which it ends; the number of the element of an array. From 1. */
  readonly row: number
  /** What is wrong with it, in words. Never its content. */
  readonly reason: string
}

interface RawRow {
  readonly row: number
  readonly value: unknown
}

type Chunks = AsyncIterable<Uint8Array>

type Rows = AsyncGenerator<RawRow | BrokenRow, void, undefined>

// All properties of a user have at most 500 KB, and every quote in them is written twice.
const longestRecord = 2_000_000

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A text that was read byte by byte, in UTF-8; `undefined` where it is in another encoding. */
const decoded = (bytes: string): string | undefined =>
  /[\x80-\xff]/.test(bytes)
    ? E.getOrElse((): string | undefined => undefined)(E.tryCatch(() => utf8.decode(Buffer.from(bytes, 'latin1')), String))
    : bytes

const isJson = (cell: string): boolean => cell.startsWith('{') || cell.startsWith('[')

interface Cell {
  readonly text: string
  readonly quoting: boolean
}

/** A record as the parser gives it. */
interface Parsed {
  readonly record: readonly Cell[]
  readonly raw: string
  /** The line in which it ends. */
  readonly info: { readonly lines: number }
}

const inQuotes = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Does the record say just these cells? The parser lets a stray quote pass, which could hide where a cell ends. */
const isExact = (cells: readonly Cell[], raw: string): boolean =>
  cells.map(({ text, quoting }) => (quoting ? inQuotes(text) : text)).join() === raw.replace(/^[\r\n]+|[\r\n]+$/g, '')

const notUtf8 = 'is not in UTF-8'

const isText = (cells: readonly (string | undefined)[]): cells is readonly string[] => !cells.includes(undefined)

const problemWithHeader = (names: readonly (string | undefined)[]): string | undefined => {
  if (!isText(names)) return `that ${notUtf8}`
  if (!names.includes('_id') && !names.includes('_oid')) return 'with no _id'
  if (!names.includes('_username')) return 'with no _username'
  const named = names.filter((name) => name !== '')
  return new Set(named).size < named.length ? 'with two columns of the same name' : undefined
}

/** A cell is text, so that a number keeps its zeros, unless it is of a property of the app and holds what text cannot. */
const cellValue = (name: string, cell: string, texts: ReadonlySet<string>): unknown => {
  const parsed = name.startsWith('_') || texts.has(name) || !isJson(cell) ? E.left(undefined) : J.parse(cell)
  return E.isRight(parsed) ? parsed.right : cell
}

const toDocument = (names: readonly string[], cells: readonly string[], texts: ReadonlySet<string>): object =>
  Object.fromEntries(
    names
      .map((name, at) => [name, cells[at] ?? ''] as const)
      .flatMap(([name, cell]) => (cell === '' ? [] : [[name, cellValue(name, cell, texts)]])),
  )

async function* fromCsv(file: Chunks, texts: ReadonlySet<string>): Rows {
  let endless: BrokenRow | undefined
  const onSkip = (error: CsvError | undefined): undefined => {
    endless ??= { row: Number(error?.lines ?? 0), reason: 'is within a text that does not end, so the rest cannot be read' }
  }
  const parser = parse({
    // Byte by byte, so that each row can be decoded by itself.
    encoding: 'latin1',
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    relax_column_count: true,
    // Otherwise a stray quote would take the rows after it along.
    relax_quotes: true,
    cast: (text, { quoting }): Cell => ({ text, quoting }),
    raw: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestRecord,
    on_skip: onSkip,
  })
  // What fails here fails in the loop as well.
  pipeline(Readable.from(file), parser, () => undefined)
  let names: readonly string[] | undefined
  for await (const { record, info, raw } of parser as AsyncIterable<Parsed>) {
    const cells: readonly (string | undefined)[] = record.map(({ text }) => decoded(text))
    if (names === undefined) {
      const header = cells.map((name) => name?.trim())
      const problem = problemWithHeader(header)
      if (problem !== undefined || !isText(header)) {
        yield { row: info.lines, reason: `is a header ${problem}, so the rest cannot be read` }
        return
      }
      names = header
    } else if (!isExact(record, raw)) yield { row: info.lines, reason: 'has a quote where none can be' }
    else if (!isText(cells)) yield { row: info.lines, reason: notUtf8 }
    else if (cells.length === names.length) yield { row: info.lines, value: toDocument(names, cells, texts) }
    else yield { row: info.lines, reason: `has ${cells.length} columns, while the header has ${names.length}` }
  }
  if (endless !== undefined) yield endless
}

async function* fromJson(file: Chunks): Rows {
  const ready: RawRow[] = []
  let row = 0
  let failed = false
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false })
  parser.onValue = ({ value }) => {
    row += 1
    ready.push({ row, value })
  }
  parser.onError = () => {
    failed = true
  }
  for await (const chunk of file) {
    parser.write(chunk)
    yield* ready.splice(0)
    if (failed) break
  }
  if (failed || !parser.isEnded) yield { row: row + 1, reason: 'is not JSON, and what follows it cannot be read' }
}

/** Byte by byte, so that each line can be decoded by itself. */
async function* linesOf(file: Chunks): AsyncGenerator<string, void, undefined> {
  let rest = ''
  for await (const chunk of file) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}

async function* fromJsonLines(file: Chunks): Rows {
  let row = 0
  for await (const bytes of linesOf(file)) {
    row += 1
    const line = decoded(bytes)
    if (line === undefined) yield { row, reason: notUtf8 }
    if (line === undefined || line.trim() === '') continue
    const parsed = J.parse(line)
    yield E.isRight(parsed) ? { row, value: parsed.right } : { row, reason: 'is not JSON' }
  }
}

const readers: Readonly<Record<ExportFormat, (file: Chunks, texts: ReadonlySet<string>) => Rows>> = {
  csv: fromCsv,
  json: fromJson,
  jsonl: fromJsonLines,
}

const formats: Readonly<Record<string, ExportFormat>> = { '[': 'json', '{': 'jsonl' }

interface Begun {
  /** The first text in it that is not blank; empty where there is none. */
  readonly beginning: string
  /** All of it, without a byte order mark. */
  readonly file: Chunks
}

const byteOrderMark = Buffer.from('\uFEFF')

// A chunk may end within a character, and within the byte order mark too.
const begun = async (source: Chunks): Promise<Begun> => {
  const chunks = source[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  const looked: Uint8Array[] = []
  let beginning = ''
  while (beginning === '') {
    const { done, value } = await chunks.next()
    if (done === true) break
    looked.push(value)
    beginning = decoder.decode(value, { stream: true }).trimStart()
  }
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    const together = Buffer.concat(looked)
    yield together.subarray(together.indexOf(byteOrderMark) === 0 ? byteOrderMark.length : 0)
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  return { beginning, file: all() }
}

interface RowOptions {
  readonly format?: ExportFormat | undefined
  /** Properties that are texts, whatever they look like. */
  readonly texts: ReadonlySet<string>
}

/** The rows of an export, one after the other; the format is seen in how it begins, where it is not said. */
export async function* rowsOf(source: Chunks, { format, texts }: RowOptions): Rows {
  const { beginning, file } = await begun(source)
  if (beginning === '' && format === undefined) return
  yield* readers[format ?? formats[beginning.charAt(0)] ?? 'csv'](file, texts)
}
