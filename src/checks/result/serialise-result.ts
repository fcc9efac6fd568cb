import { safeJson } from '../../base/text/bounded-json.js'
import type { ResultDocument } from './report.js'

/**
 * The document as text: indented, with a final newline. What `--format json` prints and `--output` writes; safe on a
 * terminal.
 */
export function serialiseResult(document: ResultDocument): string {
  return safeJson(document)
}
