import { neutralise } from './terminal-text.js'

/** `2026-01-02 03:04:05 UTC` of an ISO-8601 time; empty stays empty. */
export function timeText(at: string): string {
  return at === '' ? '' : neutralise(at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC'))
}

/** Text from outside on one line. */
export function lineText(text: string): string {
  return neutralise(text.replace(/\s+/g, ' ').trim())
}
