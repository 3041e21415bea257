/** Works on each item, so many at a time. Begins nothing new once `isOver`. Rejects with the first rejection, when all have ended. */
export const each = async <A>(
  items: readonly A[],
  atOnce: number,
  isOver: () => boolean,
  work: (item: A) => Promise<void>,
): Promise<void> => {
  const left = items.values()
  let failure: { readonly cause: unknown } | undefined
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (failure !== undefined || isOver()) return
      await work(item).catch((cause: unknown) => {
        failure ??= { cause }
      })
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(atOnce, items.length)) }, worker))
  if (failure !== undefined) throw failure.cause
}
