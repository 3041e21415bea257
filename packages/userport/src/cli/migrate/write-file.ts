import { open } from 'node:fs/promises'

const written = async (file: string, text: string, mode: number | undefined): Promise<void> => {
  const handle = await open(file, 'w', mode)
  try {
    // A file that was there before has a mode of its own.
    if (mode !== undefined && (await handle.stat()).isFile()) await handle.chmod(mode)
    await handle.writeFile(text)
  } finally {
    await handle.close()
  }
}

/** Writes a file. What it fails with names the file, which a full disk does not. */
export const writeFile = (file: string, text: string, { mode }: { readonly mode?: number } = {}): Promise<void> =>
  written(file, text, mode).catch((cause: NodeJS.ErrnoException) => {
    if (cause.path === undefined) cause.message += ` '${file}'`
    throw cause
  })
