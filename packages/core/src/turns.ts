/** Does one piece of work after the other, whatever becomes of each. A piece that never ends holds up all that follow. */
export class Turns {
  #last: Promise<unknown> | undefined

  /** Would work begin at once? */
  get areFree(): boolean {
    return this.#last === undefined
  }

  async run<A>(work: () => Promise<A>): Promise<A> {
    const mine = this.#last === undefined ? work() : this.#last.then(work, work)
    this.#last = mine
    try {
      return await mine
    } finally {
      if (this.#last === mine) this.#last = undefined
    }
  }
}
