/** The fields of an object that pass, as an object. */
export const fieldsWhere = <A>(fields: Readonly<Record<string, A>>, passes: (name: string, value: A) => boolean): Record<string, A> => {
  const kept: Record<string, A> = {}
  for (const name of Object.keys(fields)) {
    const value = fields[name] as A
    if (!passes(name, value)) continue
    // By an assignment it would become the prototype.
    if (name === '__proto__') Object.defineProperty(kept, name, { value, enumerable: true, configurable: true, writable: true })
    else kept[name] = value
  }
  return kept
}

/** An object without the fields that are `undefined`. */
export type Defined<A> = {
  [Name in keyof A as undefined extends A[Name] ? never : Name]: A[Name]
} & { [Name in keyof A as undefined extends A[Name] ? Name : never]?: Exclude<A[Name], undefined> }

export const defined = <const A extends object>(fields: A): Defined<A> =>
  fieldsWhere(fields as Readonly<Record<string, unknown>>, (_, value) => value !== undefined) as Defined<A>
