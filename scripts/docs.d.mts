export declare const withGeneratedParts: (text: string) => Promise<string>
