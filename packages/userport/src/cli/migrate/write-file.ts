import { writeFile as write } from 'node:fs/promises'

/** Writes a file. What it fails with names the file, which a full disk does not. */
export const writeFile = (file: string, text: string, options: { readonly mode?: number } = {}): Promise<void> =>
  write(file, text, options).catch((cause: NodeJS.ErrnoException) => {
    if (cause.path === undefined) cause.message += ` '${file}'`
    throw cause
  })
