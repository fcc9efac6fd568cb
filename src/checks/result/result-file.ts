import { serialiseResult, type ResultDocument } from './report.js'
import { replaceEarlierFile, replaceFile } from '../../base/files/whole-file.js'

/** A result file that always holds one whole document: the one before or the one after, never half of one. */
export interface ResultFile {
  /** @throws OutputError when the document could not be written; the file then still holds the document before */
  replace(document: ResultDocument): Promise<void>
}

/**
 * Puts the first, incomplete document in its place, before the first probe runs. A new file can be read by its owner
 * only; one
 * that exists keeps its permissions. An earlier result does not outlive a failure.
 *
 * @throws OutputError when the path is a folder, a link or a device, or cannot be written
 */
export async function createResultFile(path: string, incomplete: ResultDocument): Promise<ResultFile> {
  const file: ResultFile = { replace: (document) => replaceFile(path, serialiseResult(document), { what: 'result' }) }
  await replaceEarlierFile(path, serialiseResult(incomplete), { what: 'result' })
  return file
}
