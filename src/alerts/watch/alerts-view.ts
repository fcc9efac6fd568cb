import type { RunEvent } from '../../checks/check-event.js'
import type { AlertChange, AlertsDocument } from '../alerts-document.js'

/** What a watch looks like while it goes on. It shows and decides nothing; all of it goes to one stream. */
export interface AlertsView {
  /** @param began milliseconds on the watch's monotonic clock */
  onRoundStart(began: number): void
  readonly onEvent: (event: RunEvent) => void
  onRoundEnd(document: AlertsDocument, pace: WatchPace): void
  onChange(change: Omit<AlertChange, 'schemaVersion' | 'tool'>): void
  /** Something to be known, redacted. */
  say(text: string): void
  /** Gives the terminal back. May be called again. */
  close(): void
}

/** How fast rounds follow one another, in milliseconds. */
export interface WatchPace {
  /** The round that has just ended: 1 for the first. */
  readonly round: number
  readonly intervalMs: number
  /** From the beginning of the round before to that of this one; `undefined` for the first. */
  readonly reachedMs: number | undefined
  readonly tookMs: number
  /** When the next begins, on the watch's monotonic clock. */
  readonly nextAt: number
}

export interface AlertsViewOptions {
  /** A terminal's for `live`. */
  readonly stream: NodeJS.WriteStream
  readonly mode: 'live' | 'plain'
  readonly colour: boolean
  readonly intervalMs: number
  /** Milliseconds on the watch's monotonic clock. */
  readonly now: () => number
}
