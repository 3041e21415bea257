import type { User, UserError } from '@userport/core'
import * as E from '#fp-ts/Either'
import type { RunContext } from './context.js'
import { readPage } from './page.js'

/** Users of the source in its order. `cursor`: where they begin (`''`: with the first one). */
export interface Batch {
  readonly cursor: string
  readonly users: readonly User[]
}

/** The cursor of an earlier process may have run out. Then the source is read from its beginning: the ledger knows who has moved. */
export const isOutdated = (page: E.Either<UserError, unknown>, cursor: string): boolean =>
  E.isLeft(page) && page.left._tag === 'InvalidInput' && cursor !== ''

/** Reads the source ahead of whoever takes from it, page by page, until so many users wait. */
export class SourceReader {
  readonly #context: RunContext
  readonly #pageSize: number | undefined
  readonly #most: () => number
  /** Where the next page begins; `null`: all were read. */
  #cursor: string | null
  #mayRestart = true
  #begin = ''
  #waiting: User[] = []
  #failure: UserError | undefined
  #reading: Promise<void> | undefined

  constructor(
    context: RunContext,
    begin: string,
    { pageSize, most }: { readonly pageSize: number | undefined; readonly most: () => number },
  ) {
    this.#context = context
    this.#pageSize = pageSize
    this.#most = most
    this.#cursor = begin
    this.#go()
  }

  /** All who have been read since the last time, at least a page; `null` when there are no more. */
  async take(): Promise<E.Either<UserError, Batch | null>> {
    while (this.#waiting.length === 0 && this.#reading !== undefined) await this.#reading
    const batch: Batch = { cursor: this.#begin, users: this.#waiting }
    this.#waiting = []
    this.#go()
    if (batch.users.length > 0) return E.right(batch)
    return this.#failure === undefined ? E.right(null) : E.left(this.#failure)
  }

  /** Reads on, page after page, as long as there is room. */
  #go(): void {
    const isOver = this.#cursor === null || this.#failure !== undefined || this.#context.control.stopped !== undefined
    if (this.#reading !== undefined || isOver || this.#waiting.length >= this.#most()) return
    this.#reading = this.#read().then(() => {
      this.#reading = undefined
      this.#go()
    })
  }

  async #read(): Promise<void> {
    const cursor = this.#cursor ?? ''
    const page = await readPage(this.#context, cursor, this.#pageSize)
    if (this.#mayRestart && isOutdated(page, cursor)) {
      this.#mayRestart = false
      this.#cursor = ''
    } else if (E.isLeft(page)) this.#failure = page.left
    else {
      if (this.#waiting.length === 0) this.#begin = cursor
      this.#waiting = [...this.#waiting, ...page.right.users]
      this.#cursor = page.right.next
    }
  }
}
