import type { VendorHost } from '../vendor-host.js'
import type { World } from '../world.js'
import type { Html } from './elements.js'

/** The app that a page is about. */
export interface ConsoleApp {
  readonly world: World
  readonly emulator: VendorHost['emulator']
  readonly origin: string
}

/** One page of an app. */
export interface Tab {
  readonly title: string
  /** The page is shown anew when what it shows has changed. */
  readonly live?: true
  readonly show: (app: ConsoleApp, query: URLSearchParams) => Html
  /** `given`: what was asked for, or sent and refused, to be put right. */
  readonly forms?: (app: ConsoleApp, given: URLSearchParams) => Html
  /** What the forms do. An answer is shown in place of the page, once. Bad input is a `ControlError`. */
  readonly actions?: Readonly<Record<string, (app: ConsoleApp, fields: URLSearchParams) => Html | undefined>>
}
