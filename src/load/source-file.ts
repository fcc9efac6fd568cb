import { readFile, stat } from 'node:fs/promises'
import { codeOf } from '../kernel/errors.js'
import type { Problems } from './problems.js'
import { readDocument } from './document.js'
import type { YamlNode } from './yaml-node.js'

/** A quarter of a megabyte: no hand-written definition file comes near it. */
const largestFile = 262_144

/**
 * Reads a definition file from disk.
 *
 * @param path where it is
 * @param file how it is called in positions
 * @returns its root, or `undefined` when it cannot be read at all; the reason is reported
 */
export async function readSourceFile(path: string, file: string, problems: Problems): Promise<YamlNode | undefined> {
  const start = { file, line: 1, column: 1 }
  const content = await contentOf(path).catch((error: unknown) => `cannot be read (${codeOf(error) || 'unknown reason'})`)
  const text = typeof content === 'string' ? undefined : decode(content)
  if (text === undefined) {
    problems.report(start, 'unreadable-file', `the file ${typeof content === 'string' ? content : 'is not UTF-8'}`)
    return undefined
  }
  return readDocument(text, file, problems)
}

/** @returns the bytes, or why they are not worth reading */
async function contentOf(path: string): Promise<Uint8Array | string> {
  const { size } = await stat(path)
  return size > largestFile ? `is larger than ${largestFile} bytes` : readFile(path)
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
