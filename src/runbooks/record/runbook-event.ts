import type { JournalEntry } from './journal.js'

/** What happens in a run of a runbook, as it happens: what views project. */
export type RunbookEvent =
  /** An entry that is on disk, already folded into the record. */
  | { readonly type: 'journal'; readonly entry: JournalEntry }
  /** What a step's action has to say while it runs; from outside, unredacted. */
  | { readonly type: 'output'; readonly step: string; readonly text: string }
  /** A person is asked, and has the terminal to themselves. */
  | { readonly type: 'asking'; readonly step: string }
  | { readonly type: 'answered'; readonly step: string }

export type RunbookListener = (event: RunbookEvent) => void
