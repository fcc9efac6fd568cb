import type { RunbookListener } from '../../model/runbook/event.js'
import type { StepRecord } from '../../model/runbook/step-record.js'
import { createPlainRunbookView } from './plain.js'

/** What a run of a runbook looks like while it runs. It shows events and decides nothing. */
export interface RunbookView {
  readonly onEvent: RunbookListener
  /** Ends the view after the run. @throws Error when the view itself broke */
  finish(): Promise<void>
  /** Gives the terminal back at once. Synchronous, so that a signal handler may call it. */
  abort(): void
}

export interface RunbookViewOptions {
  readonly title: string
  /** In the plan's order. */
  readonly steps: readonly { readonly path: string; readonly title: string }[]
  /** How a step stands, by its path: what the journal's entries were folded into. */
  readonly recordOf: (path: string) => StepRecord
  /** A terminal's for `live`. */
  readonly stream: NodeJS.WriteStream
  readonly mode: 'live' | 'plain' | 'silent'
  readonly colour: boolean
  /** Takes secrets out of text from outside. */
  readonly redact: (text: string) => string
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number
}

/** Opens a view. Asynchronous because the library behind the live one is imported only when it is wanted. */
export async function createRunbookView(options: RunbookViewOptions): Promise<RunbookView> {
  if (options.mode === 'silent') return { onEvent: () => undefined, finish: async () => undefined, abort: () => undefined }
  if (options.mode === 'plain') return createPlainRunbookView(options)
  const { createLiveRunbookView } = await import('./live.js')
  return createLiveRunbookView(options)
}
