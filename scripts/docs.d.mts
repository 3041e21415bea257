export declare const withGeneratedParts: (text: string) => Promise<string>
export declare const capabilitiesPage: () => Promise<string>
