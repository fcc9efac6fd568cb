import type { StepRecord } from '../record/step-record.js'
import type { JournalEntry } from '../record/journal.js'

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
  /** In the plan's order. Those after an undo are not among what a run has to come. */
  readonly steps: readonly { readonly path: string; readonly title: string; readonly isAfterUndo?: boolean }[]
  /** The state of a step, by its path: what the journal's entries were folded into. */
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

/** What happens in a run of a runbook, as it happens: what views project. */
type RunbookEvent =
  /** An entry that is on disk, already folded into the record. */
  | { readonly type: 'journal'; readonly entry: JournalEntry }
  /** What a step's action has to say while it runs; from outside, unredacted. */
  | { readonly type: 'output'; readonly step: string; readonly text: string }
  /** A person is asked, and has the terminal to themselves. */
  | { readonly type: 'asking' }
  | { readonly type: 'answered' }

type RunbookListener = (event: RunbookEvent) => void
