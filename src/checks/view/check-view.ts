import type { RunListener, WaitListener } from '../check-event.js'
import type { Plan } from '../plan/plan.js'

/**
 * What a run looks like while it runs. It shows events and decides nothing; everything goes to one stream, never
 * stdout's report.
 */
export interface CheckView {
  readonly onEvent: RunListener
  readonly onWaiting: WaitListener
  /** Ends the view after the run, with a summary of the stages. @throws Error when the view itself broke */
  finish(): Promise<void>
  /**
   * Gives the terminal back at once, for a run that is cut short. Synchronous, so that a signal handler may call it.
   */
  abort(): void
}

export interface ViewOptions {
  readonly plan: Plan
  /** A terminal's for `live`. */
  readonly stream: NodeJS.WriteStream
  /**
   * `live`: a window that is redrawn; `plain`: a line for each check that ends, no cursor movement; `silent`: nothing.
   */
  readonly mode: 'live' | 'plain' | 'silent'
  readonly colour: boolean
  /** Takes secrets out of text from outside. */
  readonly redact: (text: string) => string
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number
}
