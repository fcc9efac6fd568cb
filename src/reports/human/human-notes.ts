import type { Status } from '../../base/vocabulary.js'
import { noteOf } from '../wording/finding.js'
import type { Section } from './ink.js'

/** Checks that let the release through without having passed, each with its reason: none may disappear. */
export function noteSection(status: Status, heading: string): Section {
  return ({ checks }, ink) => {
    const noted = checks.filter((check) => check.status === status)
    if (noted.length === 0) return []
    const lines = noted.flatMap((check) => [
      `  ${ink.mark(status)} ${ink.write(check.id)}`,
      ...ink.prose(noteOf(check), 4, 'faint'),
    ])
    return [ink.write(`${heading} (${noted.length})`, 'strong'), ...lines]
  }
}
