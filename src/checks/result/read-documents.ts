import { resultDocumentSchema, type ResultDocument } from './report.js'
import { readDocument } from '../../base/files/read-document.js'

/** How a result is read, and called in messages. */
export const resultKind = {
  noun: 'result',
  schema: resultDocumentSchema,
  hint: 'a result is what `preflight run --output FILE` writes',
} as const

/** @throws DocumentUnreadableError */
export async function readResult(
  path: string,
  options: { readonly refuseLinks?: boolean } = {},
): Promise<ResultDocument> {
  return readDocument(path, { ...resultKind, ...options })
}
