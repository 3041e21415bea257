export const pages: Readonly<Record<string, (text: string) => Promise<string>>>
export const read: (page: string) => Promise<string>
