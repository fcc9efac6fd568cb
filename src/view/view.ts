import type { RunListener, WaitListener } from '../model/event.js'
import type { Plan } from '../model/plan.js'
import { createPlainView } from './plain.js'

/** What a run looks like while it runs. It shows events and decides nothing; everything goes to one stream, never stdout's report. */
export interface View {
  readonly onEvent: RunListener
  readonly onWaiting: WaitListener
  /** Ends the view after the run, with a summary of the stages. @throws Error when the view itself broke */
  finish(): Promise<void>
  /** Gives the terminal back at once, for a run that is cut short. Synchronous, so that a signal handler may call it. */
  abort(): void
}

export interface ViewOptions {
  readonly plan: Plan
  /** A terminal's for `live`. */
  readonly stream: NodeJS.WriteStream
  /** `live`: a window that is redrawn; `plain`: a line for each check that ends, no cursor movement; `silent`: nothing. */
  readonly mode: 'live' | 'plain' | 'silent'
  readonly colour: boolean
  /** Takes secrets out of text from outside. */
  readonly redact: (text: string) => string
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number
}

/** Opens a view. Asynchronous because the library behind the live one is imported only when it is wanted. */
export async function createView(options: ViewOptions): Promise<View> {
  if (options.mode === 'silent') return { onEvent: () => undefined, onWaiting: () => undefined, finish: async () => undefined, abort: () => undefined }
  if (options.mode === 'plain') return createPlainView(options)
  const { createLiveView } = await import('./live/live-view.js')
  return createLiveView(options)
}
