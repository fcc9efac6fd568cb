import { inline } from '../../base/text/markdown-text.js'

/** `2026-01-02 03:04:05 UTC` of an ISO-8601 time, as Markdown. */
export function timeText(at: string): string {
  return inline(at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC'))
}
