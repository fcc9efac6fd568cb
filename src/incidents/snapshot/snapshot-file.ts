import { snapshotSchema, type Snapshot } from './snapshot.js'
import { readDocument } from '../../base/files/read-document.js'

export const snapshot = {
  noun: 'snapshot',
  schema: snapshotSchema,
  hint: 'a snapshot is what `preflight snapshot --output FILE` writes',
} as const

/** @throws DocumentUnreadableError */
export async function readSnapshot(path: string): Promise<Snapshot> {
  return readDocument(path, snapshot)
}
