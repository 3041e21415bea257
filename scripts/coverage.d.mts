export interface CoverageRow {
  /** What the vendor documents. */
  readonly documented: string
  /** What stands for it here: names, separated by spaces. */
  readonly ours?: string
  /** Why it is no client operation. */
  readonly instead?: string
  /** Why it cannot be had. */
  readonly impossible?: string
  /** Ids of requirements, separated by spaces. */
  readonly contract?: string
  /** `project/file: title`, beside the tests that name the row. */
  readonly tests?: readonly string[]
}

export interface CoverageTrap {
  readonly what: string
  /** Whose contract; any vendor's where absent. */
  readonly vendor?: string
  readonly contract?: string
  readonly tests?: readonly string[]
}

export interface CoverageData {
  readonly chapters: readonly { readonly prefix: string; readonly count: number; readonly vendor: string; readonly title: string }[]
  readonly rows: Readonly<Record<string, CoverageRow>>
  readonly traps: readonly CoverageTrap[]
  readonly pains: readonly CoverageTrap[]
}

export interface ListedTest {
  readonly project: string
  readonly file: string
  readonly path: readonly string[]
}

export interface VendorName {
  readonly vendor: string
  readonly name: string
}

/** Where the page is. */
export declare const page: string
export declare const readCoverage: () => Promise<{
  readonly data: CoverageData
  readonly tests: readonly ListedTest[]
  readonly problems: readonly string[]
  readonly text: string
}>
export declare const problemsOf: (data: CoverageData, tests: readonly ListedTest[], unknown: readonly VendorName[]) => readonly string[]
export declare const unknownNames: (names: readonly VendorName[]) => Promise<readonly VendorName[]>
