declare module 'write-file-atomic' {
  /** Writes beside the file and renames, so that no reader ever sees half of it. */
  export default function writeFileAtomic(file: string, content: string): Promise<void>
}
